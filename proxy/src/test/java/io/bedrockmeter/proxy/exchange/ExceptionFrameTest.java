package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;

final class ExceptionFrameTest {
    @Test
    void isWhatTheSdksDecoderTakesForAnException() {
        ByteBuf frame = ExceptionFrame.internalServerException(UnpooledByteBufAllocator.DEFAULT, "it \"broke\"");

        Message message = Message.decode(frame.nioBuffer());

        frame.release();
        assertThat(message.getHeaders())
                .containsEntry(":message-type", HeaderValue.fromString("exception"))
                .containsEntry(":exception-type", HeaderValue.fromString("internalServerException"));
        assertThat(new String(message.getPayload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"message\":\"it \\\"broke\\\"\"}");
    }
}
