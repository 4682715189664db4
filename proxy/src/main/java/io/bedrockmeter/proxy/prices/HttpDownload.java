package io.bedrockmeter.proxy.prices;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * Gets documents over HTTP. Follows no redirection: a price list that moved is for the operator to believe. Stateless; waits for no
 * connection, and for no next byte, longer than a while.
 */
public final class HttpDownload implements PriceFetch.Download {
    /** Offer files of one region have a few MB; that of all regions would not fit in memory. */
    private static final int BYTES_MAX = 64 << 20;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    @Override
    public byte[] of(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        connection.setReadTimeout(Math.toIntExact(READ_TIMEOUT.toMillis()));
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("User-Agent", "bedrock-meter");
        byte[] document;
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("status " + status);
            }
            try (InputStream body = connection.getInputStream()) {
                document = body.readNBytes(BYTES_MAX + 1);
            }
        } catch (IOException e) {
            throw new IOException(url + " cannot be had: " + reason(e), e);
        } finally {
            connection.disconnect();
        }
        if (document.length > BYTES_MAX) {
            throw new IOException(url + " is longer than " + (BYTES_MAX >> 20) + " MiB; name the file of one region");
        }
        return document;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
