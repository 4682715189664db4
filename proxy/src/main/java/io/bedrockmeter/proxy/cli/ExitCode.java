package io.bedrockmeter.proxy.cli;

/** The codes that commands end with. */
public final class ExitCode {
    /** It was done. */
    public static final int OK = 0;

    /** The answer is no: the configuration is wrong, the price is not known, the ledger cannot be read. */
    public static final int REFUSED = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** The program failed. */
    public static final int SOFTWARE = 70;

    private ExitCode() {}
}
