package io.bedrockmeter.simulator.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The golden bytes were computed and parsed back with the decoder of botocore; the SDK decodes the rest in other tests. */
class FrameEncoderTest {
    @Test
    void writesTheHeadersInTheOrderOfRealTraffic() {
        byte[] frame = FrameEncoder.event("chunk", bytes("{\"bytes\":\"e30=\"}"));

        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo(
                        "0000006b0000004b6ace012d0b3a6576656e742d747970650700056368756e6b0d3a636f6e74656e742d74797065"
                                + "0700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22627974"
                                + "6573223a226533303d227d3651dbfe");
    }

    @Test
    void writesAnExceptionAsTheSpecificationHasIt() {
        byte[] frame = FrameEncoder.exception("throttlingException", bytes("{\"message\":\"slow\"}"));

        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo(
                        "0000008300000061a9d144e50f3a657863657074696f6e2d747970650700137468726f74746c696e674578636570"
                                + "74696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d657373616765"
                                + "2d74797065070009657863657074696f6e7b226d657373616765223a22736c6f77227d9350311c");
    }

    @Test
    void writesAnErrorThatTheServiceModelDoesNotKnow() {
        byte[] frame = FrameEncoder.error("InternalFailure", "boom");

        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo(
                        "0000005a0000004a8188a08d0b3a6572726f722d636f646507000f496e7465726e616c4661696c7572650e3a6572"
                                + "726f722d6d657373616765070004626f6f6d0d3a6d6573736167652d747970650700056572726f72f8d6999d");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
