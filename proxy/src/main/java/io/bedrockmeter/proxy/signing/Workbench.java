package io.bedrockmeter.proxy.signing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Reused buffers and digests of one thread, so that a signature costs little more than its hashes. */
final class Workbench {
    private static final HexFormat HEX = HexFormat.of();

    private static final FastThreadLocal<Workbench> WORKBENCH = new FastThreadLocal<>() {
        @Override
        protected Workbench initialValue() throws GeneralSecurityException {
            return new Workbench();
        }
    };

    private final CanonicalText text = new CanonicalText();
    private final SignedHeaders signed = new SignedHeaders();
    private final MessageDigest sha256;
    private final Mac mac;

    private Workbench() throws GeneralSecurityException {
        sha256 = MessageDigest.getInstance("SHA-256");
        mac = Mac.getInstance("HmacSHA256");
    }

    static Workbench ofThisThread() {
        return WORKBENCH.get();
    }

    /** The canonical request: its hash, and the headers that are in it. */
    CanonicalRequest canonicalRequest(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex) {
        signed.collect(headers);
        text.clear();
        text.append(method).append('\n');
        int query = rawTarget.indexOf('?');
        text.appendEncodedPath(rawTarget, query < 0 ? rawTarget.length() : query);
        text.append('\n');
        if (query >= 0) {
            text.append(CanonicalQuery.of(rawTarget.substring(query + 1)));
        }
        text.append('\n');
        signed.appendTo(text);
        String names = signed.names();
        text.append('\n').append(names).append('\n').append(bodySha256Hex);
        text.update(sha256);
        return new CanonicalRequest(HEX.formatHex(sha256.digest()), names);
    }

    String hashOf(ByteBuf bytes) {
        for (ByteBuffer view : bytes.nioBuffers()) {
            sha256.update(view);
        }
        return HEX.formatHex(sha256.digest());
    }

    byte[] hmac(SecretKeySpec key, String message) {
        try {
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 refused a key of its own kind", e);
        }
        return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    }
}
