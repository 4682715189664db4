package io.bedrockmeter.proxy.signing;

/** A session that cannot be had. */
public final class NoSessionException extends Exception {
    private static final long serialVersionUID = 1;

    private final String code;

    /**
     * Says why.
     *
     * @param code AWS's own name of the error, or what else may be told to a caller
     * @param message for whoever runs the proxy; may name accounts and roles
     */
    public NoSessionException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What may be told to a caller. */
    public String code() {
        return code;
    }
}
