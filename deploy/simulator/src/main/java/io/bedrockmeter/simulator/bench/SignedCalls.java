package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The calls of a {@link CallTemplate} with a signature in truth, by the AWS SDK's own signer. To sign takes as long as to be
 * proxied, so they are signed before anything is measured and made over and over: a proxy that remembers nothing of them has the
 * same work with each, for as long as it takes their time.
 */
final class SignedCalls implements CallSource {
    /** Enough that neither their bodies nor their signatures stay in a cache of the processor between two turns. */
    private static final int CALLS = 4_096;

    private static final String REGION = "us-east-1";
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private final byte[][] calls = new byte[CALLS][];
    private int turn;

    private SignedCalls() {}

    /** Signs the calls of a template with one access key. */
    static SignedCalls of(CallTemplate template, AwsCredentialsIdentity caller) {
        SignedCalls signed = new SignedCalls();
        for (int i = 0; i < CALLS; i++) {
            ByteBuf unsigned = template.next(UnpooledByteBufAllocator.DEFAULT);
            signed.calls[i] = sign(unsigned.toString(US_ASCII), caller);
            unsigned.release();
        }
        return signed;
    }

    @Override
    public ByteBuf next(ByteBufAllocator allocator) {
        byte[] call = calls[turn];
        turn = (turn + 1) % CALLS;
        return allocator.ioBuffer(call.length).writeBytes(call);
    }

    private static byte[] sign(String call, AwsCredentialsIdentity caller) {
        int headEnd = call.indexOf("\r\n\r\n");
        List<String> lines = call.substring(0, headEnd).lines().toList();
        String body = call.substring(headEnd + 4);
        String path = lines.get(0).split(" ", -1)[1];
        String authority = lines.get(1).substring("Host: ".length());
        Map<String, List<String>> proof = SIGNER.sign(sign -> sign.identity(caller)
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(URI.create("http://" + authority))
                                .encodedPath(path)
                                .build())
                        .payload(ContentStreamProvider.fromString(body, US_ASCII))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION))
                .request()
                .headers();
        StringBuilder signed = new StringBuilder();
        for (String line : lines) {
            if (!line.startsWith("X-Amz-Date: ") && !line.startsWith("Authorization: ")) {
                signed.append(line).append("\r\n");
            }
        }
        proof.forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                signed.append(name).append(": ").append(values.get(0)).append("\r\n");
            }
        });
        return signed.append("\r\n").append(body).toString().getBytes(US_ASCII);
    }
}
