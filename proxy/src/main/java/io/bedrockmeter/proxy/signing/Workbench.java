package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.proxy.sigv4.CanonicalQuery;
import io.bedrockmeter.proxy.sigv4.CanonicalText;
import io.bedrockmeter.proxy.sigv4.Digests;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;

/** What one thread signs with, used again and again. */
final class Workbench {
    private static final FastThreadLocal<Workbench> WORKBENCH = new FastThreadLocal<>() {
        @Override
        protected Workbench initialValue() {
            return new Workbench();
        }
    };

    private final SignedHeaders signed = new SignedHeaders();
    private final Digests digests = Digests.ofThisThread();

    private Workbench() {}

    static Workbench ofThisThread() {
        return WORKBENCH.get();
    }

    Digests digests() {
        return digests;
    }

    /** The canonical request: its hash, and the headers that are in it. */
    CanonicalRequest canonicalRequest(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex) {
        signed.collect(headers);
        CanonicalText text = digests.text();
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
        return new CanonicalRequest(digests.hashOfText(), names);
    }

    String hashOf(ByteBuf bytes) {
        return digests.hashOf(bytes.nioBuffers());
    }
}
