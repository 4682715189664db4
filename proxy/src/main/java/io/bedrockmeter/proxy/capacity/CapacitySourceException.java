package io.bedrockmeter.proxy.capacity;

/** What capacity there is cannot be told at the moment. The message says of what, and why. */
public final class CapacitySourceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String action;

    /**
     * A failure.
     *
     * @param action the permission that the question needs
     */
    public CapacitySourceException(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** The permission that the question needs, such as {@code bedrock:GetImportedModel}. */
    public String action() {
        return action;
    }
}
