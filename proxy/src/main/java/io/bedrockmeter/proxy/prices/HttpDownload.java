package io.bedrockmeter.proxy.prices;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Gets documents over HTTP. Follows no redirection: a price list that moved is for the operator to believe. */
public final class HttpDownload implements PriceFetch.Download, AutoCloseable {
    /** Offer files of one region have a few MB; that of all regions would not fit in memory. */
    private static final int BYTES_MAX = 64 << 20;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    @Override
    public byte[] of(URI url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(ANSWER_TIMEOUT)
                .header("User-Agent", "bedrock-meter")
                .build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new IOException(url + " cannot be had: " + reason(e), e);
        }
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException(url + " cannot be had: status " + response.statusCode());
            }
            byte[] document = body.readNBytes(BYTES_MAX + 1);
            if (document.length > BYTES_MAX) {
                throw new IOException(
                        url + " is longer than " + (BYTES_MAX >> 20) + " MiB; name the file of one region");
            }
            return document;
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
