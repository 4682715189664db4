package io.bedrockmeter.metering.ledger;

import java.io.Serial;

/** Another process writes the ledger. */
public final class LedgerInUseException extends LedgerException {
    @Serial
    private static final long serialVersionUID = 1L;

    LedgerInUseException(String message) {
        super(message);
    }
}
