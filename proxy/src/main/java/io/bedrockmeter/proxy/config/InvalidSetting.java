package io.bedrockmeter.proxy.config;

/** A value, or a combination of values, that a record of the configuration refuses. Names the key at fault. */
public final class InvalidSetting extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String key;

    /**
     * Refuses a key.
     *
     * @param key the key at fault, relative to the section that refuses it: {@code total-timeout}
     * @param message what is wrong with it, and the way out; reads on after the key
     */
    public InvalidSetting(String key, String message) {
        super(message);
        this.key = key;
    }

    /** The key at fault, relative to the section that refuses it. */
    public String key() {
        return key;
    }
}
