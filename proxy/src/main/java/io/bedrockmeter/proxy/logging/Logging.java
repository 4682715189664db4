package io.bedrockmeter.proxy.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.bedrockmeter.proxy.config.LoggingConfig;
import org.slf4j.LoggerFactory;

/** Makes logging what the configuration says. */
public final class Logging {
    private static final String APPENDER = "stderr";

    private Logging() {}

    /** Applies format and level at once, to every logger there is. May be called again, on a reload. */
    public static void apply(LoggingConfig config) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.valueOf(config.level().name()));
        if (root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> appender) {
            Encoder<ILoggingEvent> encoder = encoderOf(config.format());
            encoder.setContext(context);
            encoder.start();
            appender.setEncoder(encoder);
        }
    }

    /** How one format is written. */
    static Encoder<ILoggingEvent> encoderOf(LoggingConfig.Format format) {
        return switch (format) {
            case TEXT -> new TextEncoder();
            case JSON -> new MachineEncoder();
        };
    }
}
