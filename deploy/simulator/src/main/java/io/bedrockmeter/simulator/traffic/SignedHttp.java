package io.bedrockmeter.simulator.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A client of plain HTTP/1.1 with the AWS SDK's signer, for interfaces that the SDK has no client of. Thread-safe. */
public final class SignedHttp implements AutoCloseable {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final URI endpoint;
    private final String region;
    private final String service;
    private final AwsCredentialsIdentity identity;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final SdkHttpClient http =
            UrlConnectionHttpClient.builder().socketTimeout(READ_TIMEOUT).build();

    /**
     * A client in the name of one access key.
     *
     * @param service the name that requests are signed for, {@code bedrock} or {@code bedrock-mantle}
     */
    public SignedHttp(URI endpoint, String region, String service, String accessKey, String secretKey) {
        this.endpoint = endpoint;
        this.region = region;
        this.service = service;
        this.identity = AwsCredentialsIdentity.create(accessKey, secretKey);
    }

    /** What came back, whole. */
    public record Reply(int status, Map<String, List<String>> headers, String body) {
        /** The first value of a header, empty where there is none. */
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    /** A signed POST of JSON. */
    public Reply post(String path, String json) {
        return send(request(SdkHttpMethod.POST, path).putHeader("Content-Type", "application/json"), json);
    }

    /** A signed request without a body. */
    public Reply get(String path) {
        return send(request(SdkHttpMethod.GET, path), "");
    }

    /** A signed request without a body. */
    public Reply delete(String path) {
        return send(request(SdkHttpMethod.DELETE, path), "");
    }

    /** A POST that carries a token instead of a signature, in a header of this name. */
    public Reply postWithToken(String path, String json, String header, String token) {
        return call(
                request(SdkHttpMethod.POST, path)
                        .putHeader("Content-Type", "application/json")
                        .putHeader(header, token)
                        .build(),
                ContentStreamProvider.fromUtf8String(json));
    }

    @Override
    public void close() {
        http.close();
    }

    private SdkHttpRequest.Builder request(SdkHttpMethod method, String path) {
        return SdkHttpRequest.builder().method(method).uri(endpoint).encodedPath(path);
    }

    private Reply send(SdkHttpRequest.Builder request, String body) {
        ContentStreamProvider payload = body.isEmpty() ? null : ContentStreamProvider.fromUtf8String(body);
        SignedRequest signed = signer.sign(sign -> {
            sign.identity(identity)
                    .request(request.build())
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region);
            if (payload != null) {
                sign.payload(payload);
            }
        });
        return call(signed.request(), payload);
    }

    private Reply call(SdkHttpRequest request, @Nullable ContentStreamProvider payload) {
        HttpExecuteRequest.Builder execute = HttpExecuteRequest.builder().request(request);
        if (payload != null) {
            execute.contentStreamProvider(payload);
        }
        try {
            HttpExecuteResponse response = http.prepareRequest(execute.build()).call();
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(response.httpResponse().headers());
            String text = "";
            if (response.responseBody().isPresent()) {
                try (InputStream body = response.responseBody().get()) {
                    text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
            return new Reply(response.httpResponse().statusCode(), headers, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot call " + request.getUri(), e);
        }
    }
}
