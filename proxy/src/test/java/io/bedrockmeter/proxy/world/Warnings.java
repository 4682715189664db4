package io.bedrockmeter.proxy.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What is logged at level WARN and above while this is open. */
public final class Warnings implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** Begins to listen. */
    public Warnings() {
        log.start();
        root.addAppender(log);
    }

    /** The messages so far. */
    public List<String> messages() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** The same, each with its keys and values: {@code message key=value}. */
    public List<String> lines() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(event -> event.getFormattedMessage() + pairs(event))
                .toList();
    }

    /** All that is logged, whatever its level, each with its keys and values. */
    public List<String> everything() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getFormattedMessage() + pairs(event))
                .toList();
    }

    private static String pairs(ILoggingEvent event) {
        return event.getKeyValuePairs() == null
                ? ""
                : event.getKeyValuePairs().stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining());
    }

    @Override
    public void close() {
        root.detachAppender(log);
    }
}
