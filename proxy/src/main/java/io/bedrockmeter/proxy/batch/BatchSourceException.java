package io.bedrockmeter.proxy.batch;

/** Amazon Bedrock or S3 did not answer, or with a refusal. */
public final class BatchSourceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A failure.
     *
     * @param message names what was asked, and why there is no answer
     */
    public BatchSourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
