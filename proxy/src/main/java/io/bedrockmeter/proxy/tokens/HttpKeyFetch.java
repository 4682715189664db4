package io.bedrockmeter.proxy.tokens;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gets documents by the JDK's HTTP client. Follows no redirection: keys that moved are for the operator to believe. */
public final class HttpKeyFetch implements KeyFetch, AutoCloseable {
    /** The keys of any issuer have some ten KB. */
    private static final int BYTES_MAX = 1 << 20;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** For the whole document, so that nobody holds it by a byte a second. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(Redirect.NEVER)
            .build();

    @Override
    public String get(URI document) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(document)
                .timeout(TIMEOUT)
                .header("accept", "application/json")
                .header("user-agent", "bedrock-meter")
                .build();
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, head -> new Bounded());
        try {
            HttpResponse<String> whole = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (whole.statusCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException(document + " cannot be had: status " + whole.statusCode());
            }
            return whole.body();
        } catch (TimeoutException e) {
            throw new IOException(document + " cannot be had within " + TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException(document + " cannot be had: " + reason, cause);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** A body of bounded length. Called by one thread at a time. */
    private static final class Bounded implements BodySubscriber<String> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                if (bytes.size() + piece.remaining() > BYTES_MAX) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    whole.completeExceptionally(new IOException("it is longer than " + BYTES_MAX + " bytes"));
                    return;
                }
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable cause) {
            whole.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
