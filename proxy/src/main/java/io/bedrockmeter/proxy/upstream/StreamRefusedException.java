package io.bedrockmeter.proxy.upstream;

import java.io.IOException;

/**
 * The upstream has processed nothing of a stream, and says so or was sent nothing: it may be opened again elsewhere without
 * anything being done twice (RFC 9113 §8.7).
 */
public final class StreamRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    StreamRefusedException(String message) {
        super(message);
    }
}
