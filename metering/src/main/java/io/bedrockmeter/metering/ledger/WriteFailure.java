package io.bedrockmeter.metering.ledger;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failed write means for the ledger. */
enum WriteFailure {
    /** No space: what is on the disk is sound, and the write may be tried again when there is room. */
    DISK_FULL,
    /** Another program holds the file's write lock: nothing was written, and the write may be tried again. */
    BUSY,
    /**
     * Anything else, above all a failed fsync. The kernel may have dropped the pages and report success the next time, so
     * nothing that follows could be believed.
     */
    FATAL;

    private static final int PRIMARY_CODE = 0xff;

    static WriteFailure of(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return FATAL;
        }
        SQLiteErrorCode code = sqlite.getResultCode();
        // SQLite cannot enlarge its shared-memory file: reported as an I/O error, and caused by a full disk.
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
            return DISK_FULL;
        }
        int primary = code.code & PRIMARY_CODE;
        if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
            return DISK_FULL;
        }
        return primary == SQLiteErrorCode.SQLITE_BUSY.code ? BUSY : FATAL;
    }
}
