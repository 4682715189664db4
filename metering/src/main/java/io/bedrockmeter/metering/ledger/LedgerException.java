package io.bedrockmeter.metering.ledger;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The ledger could not be opened, read, or made durable. The message names the file and the way out. */
public sealed class LedgerException extends RuntimeException permits LedgerInUseException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A failure with its cause, if there is one. */
    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** A failure of the ledger's own. */
    public LedgerException(String message) {
        super(message);
    }
}
