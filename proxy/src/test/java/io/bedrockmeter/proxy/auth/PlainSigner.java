package io.bedrockmeter.proxy.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A signer that signs what it is told, sensible or not; for requests without a query. It shares no code with the product.
 *
 * @param names the headers to sign, ascending
 * @param payload what stands for the body
 */
record PlainSigner(
        String keyId,
        String secret,
        String timestamp,
        String day,
        String region,
        String service,
        List<String> names,
        String payload) {
    private static final HexFormat HEX = HexFormat.of();

    Request sign(Request unsigned) {
        Request request = unsigned.replacing("X-Amz-Date", timestamp);
        String headers = names.stream()
                .map(name -> name + ":" + values(request, name) + "\n")
                .collect(Collectors.joining());
        String canonical = request.method() + "\n" + path(request.target()) + "\n\n" + headers + "\n"
                + String.join(";", names) + "\n" + payload;
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + sha256(canonical);
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return request.replacing(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + keyId + "/" + scope + ", SignedHeaders=" + String.join(";", names)
                        + ", Signature=" + HEX.formatHex(hmac(key, toSign)));
    }

    /** The signature of a frame, in hex. */
    static String frame(String secret, Instant at, String region, String service, String prior, String payload) {
        String timestamp =
                at.truncatedTo(ChronoUnit.SECONDS).toString().replace("-", "").replace(":", "");
        String scope = timestamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        ByteBuffer date = ByteBuffer.allocate(15)
                .put((byte) 5)
                .put(":date".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 8)
                .putLong(at.toEpochMilli());
        String toSign = "AWS4-HMAC-SHA256-PAYLOAD\n" + timestamp + "\n" + scope + "\n" + prior + "\n"
                + sha256(new String(date.array(), StandardCharsets.ISO_8859_1)) + "\n" + sha256(payload);
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HEX.formatHex(hmac(key, toSign));
    }

    private static String values(Request request, String name) {
        String wanted = name.equals(":authority") ? "host" : name;
        return request.headers().stream()
                .filter(header -> header.getKey().toLowerCase(Locale.ROOT).equals(wanted))
                .map(header -> header.getValue().strip().replaceAll(" +", " "))
                .collect(Collectors.joining(","));
    }

    private static String path(String target) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : target.getBytes(StandardCharsets.ISO_8859_1)) {
            char c = (char) (b & 0xff);
            boolean plain = Character.toString(c).matches("[A-Za-z0-9._~/-]");
            encoded.append(plain ? Character.toString(c) : String.format("%%%02X", b & 0xff));
        }
        return encoded.toString();
    }

    private static String sha256(String text) {
        try {
            return HEX.formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
