package io.bedrockmeter.proxy.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/** Writes an event as one line of JSON: logback's own, with the control characters escaped that it lets through. */
final class MachineEncoder extends JsonEncoder {
    MachineEncoder() {
        setWithSequenceNumber(false);
        setWithNanoseconds(false);
        setWithContext(false);
        setWithArguments(false);
        setWithMessage(false);
        setWithFormattedMessage(true);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        // JSON itself needs none of these inside a string, and its own line end is no part of the object.
        String object = new String(super.encode(event), StandardCharsets.UTF_8).stripTrailing();
        return (ControlCharacters.escape(object) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
