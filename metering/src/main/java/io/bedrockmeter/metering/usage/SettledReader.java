package io.bedrockmeter.metering.usage;

import java.nio.ByteBuffer;

/** The reader of an answer whose usage is settled before its first byte: an error, or a call that nobody bills. */
record SettledReader(UsageReading reading) implements UsageReader {
    /** A call that is never billed, whatever its answer says. */
    static final SettledReader FREE = new SettledReader(new UsageReading.Exact(Usage.NONE, Served.SILENT, false));

    /** Nothing was generated. */
    static SettledReader refused(UsageGap why) {
        return new SettledReader(new UsageReading.Absent(Usage.NONE, why, Served.SILENT));
    }

    @Override
    public void read(ByteBuffer bytes) {}

    @Override
    public UsageReading finish(boolean complete) {
        return reading;
    }

    @Override
    public int bytesToFrameEnd() {
        return NO_FRAMES;
    }
}
