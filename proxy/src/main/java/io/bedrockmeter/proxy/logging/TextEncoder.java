package io.bedrockmeter.proxy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Writes an event as one line for people: {@code 2026-11-25T10:15:30.123Z INFO  Proxy: listening port=8080}. Stack traces
 * follow on lines that begin with a tab, so that no text of theirs can pass for a line of its own. Thread-safe.
 */
public final class TextEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(String.format(" %-5s ", event.getLevel()))
                .append(event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1))
                .append(": ")
                .append(ControlCharacters.escape(String.valueOf(event.getFormattedMessage())));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> appendPair(line, pair));
        }
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            appendTrace(line, thrown);
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void appendPair(StringBuilder line, KeyValuePair pair) {
        String value = ControlCharacters.escape(String.valueOf(pair.value));
        line.append(' ').append(ControlCharacters.escape(pair.key)).append('=');
        if (value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('"') >= 0 || value.indexOf('=') >= 0) {
            line.append('"')
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        } else {
            line.append(value);
        }
    }

    private static void appendTrace(StringBuilder line, IThrowableProxy thrown) {
        ThrowableProxyUtil.asString(thrown)
                .lines()
                .forEach(traceLine -> line.append('\t')
                        .append(ControlCharacters.escape(traceLine.strip()))
                        .append('\n'));
    }
}
