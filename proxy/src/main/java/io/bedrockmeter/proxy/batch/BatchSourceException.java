package io.bedrockmeter.proxy.batch;

import org.jspecify.annotations.Nullable;

/** Amazon Bedrock or S3 did not answer, or with a refusal. */
public final class BatchSourceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A failure.
     *
     * @param message names what was asked, and why there is no answer
     * @param cause null if the message says it all
     */
    public BatchSourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
