package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

class SignedCallsTest {
    private static final Pattern PROOF = Pattern.compile("Authorization: AWS4-HMAC-SHA256"
            + " Credential=AKIDEXAMPLE/[0-9]{8}/us-east-1/bedrock/aws4_request,"
            + " SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=([0-9a-f]{64})\r\n");

    @Test
    void signsEachCallForItself() {
        SignedCalls calls = SignedCalls.of(
                CallTemplate.of("invoke", "127.0.0.1:80", 1024), AwsCredentialsIdentity.create("AKIDEXAMPLE", "s"));
        Set<String> signatures = new HashSet<>();

        for (int i = 0; i < 4_097; i++) {
            ByteBuf call = calls.next(UnpooledByteBufAllocator.DEFAULT);
            String text = call.toString(US_ASCII);
            call.release();
            Matcher proof = PROOF.matcher(text);
            assertThat(proof.find()).as(text).isTrue();
            signatures.add(proof.group(1));
            assertThat(text.split("\r\n\r\n", -1)[1]).hasSize(1024);
        }

        assertThat(signatures).hasSize(4_096);
    }
}
