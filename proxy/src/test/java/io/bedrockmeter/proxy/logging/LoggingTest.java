package io.bedrockmeter.proxy.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.bedrockmeter.proxy.config.LoggingConfig;
import io.bedrockmeter.proxy.config.LoggingConfig.Format;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoggingTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @AfterEach
    void restoreTheLoggingOfOtherTests() {
        Logging.apply(new LoggingConfig(Format.TEXT, LoggingConfig.Level.INFO));
    }

    @Test
    void writesKeysAndValuesForPeople() {
        LoggingEvent event = event("listening", null);
        event.addKeyValuePair(new KeyValuePair("port", 8080));
        event.addKeyValuePair(new KeyValuePair("reason", "disk \"full\""));

        assertThat(encode(Format.TEXT, event))
                .isEqualTo("2026-11-25T10:15:30.123Z INFO  Proxy: listening port=8080 reason=\"disk \\\"full\\\"\"\n");
    }

    @Test
    void writesKeysAndValuesForMachines() {
        LoggingEvent event = event("listening", null);
        event.addKeyValuePair(new KeyValuePair("port", 8080));

        JsonNode object = JsonMapper.shared().readTree(encode(Format.JSON, event));

        assertThat(object.path("formattedMessage").asString()).isEqualTo("listening");
        assertThat(object.path("level").asString()).isEqualTo("INFO");
        assertThat(object.path("kvpList").path(0).path("port").asString()).isEqualTo("8080");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void letsNoTextForgeALineOrDriveATerminal(Format format) {
        String hostile = "a\nb\r\u001b[31mc\u009b2Jd\u007fe\u2028f\u202eg";
        LoggingEvent event = event(hostile, null);
        event.addKeyValuePair(new KeyValuePair("key", hostile));

        String line = encode(format, event);

        assertThat(line).endsWith("\n");
        assertThat(line.stripTrailing().chars())
                .noneMatch(
                        character -> Character.isISOControl(character) || character == 0x2028 || character == 0x202e);
        assertThat(line).containsIgnoringCase("\\u001b[31mc\\u009b2Jd\\u007fe\\u2028f\\u202eg");
    }

    @Test
    void beginsEveryLineOfAStackTraceWithATab() {
        LoggingEvent event = event("failed", new IllegalStateException("first\n2026-11-25T10:15:30.123Z INFO  forged"));

        assertThat(encode(Format.TEXT, event).lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
    }

    @Test
    void appliesTheLevelOfTheConfiguration() {
        Logging.apply(new LoggingConfig(Format.JSON, LoggingConfig.Level.WARN));

        assertThat(LoggerFactory.getLogger(LoggingTest.class).isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger(LoggingTest.class).isWarnEnabled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(LoggingConfig.Level.class)
    void neverLogsTheHeadersAndBodiesThatLibrariesShowWhenDebugging(LoggingConfig.Level level) {
        Logging.apply(new LoggingConfig(Format.TEXT, level));

        assertThat(LoggerFactory.getLogger("software.amazon.awssdk.request").isDebugEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.handler.codec.http2").isDebugEnabled())
                .isFalse();
    }

    private String encode(Format format, ILoggingEvent event) {
        Encoder<ILoggingEvent> encoder = Logging.encoderOf(format);
        encoder.setContext(context);
        encoder.start();
        return new String(Objects.requireNonNull(encoder.encode(event)), UTF_8);
    }

    private LoggingEvent event(String message, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("io.bedrockmeter.proxy.Proxy"), Level.INFO, message, thrown, null);
        event.setInstant(Instant.parse("2026-11-25T10:15:30.123Z"));
        return event;
    }
}
