package io.bedrockmeter.metering.usage;

import java.nio.ByteBuffer;

/** The reader of an answer that is an error: nothing was generated, so nothing is read. */
final class RefusedReader implements UsageReader {
    @Override
    public void read(ByteBuffer bytes) {}

    @Override
    public UsageReading finish(boolean complete) {
        return new UsageReading.Absent(Usage.NONE, UsageGap.NOT_SUCCESSFUL, Served.SILENT);
    }

    @Override
    public int bytesToFrameEnd() {
        return NO_FRAMES;
    }
}
