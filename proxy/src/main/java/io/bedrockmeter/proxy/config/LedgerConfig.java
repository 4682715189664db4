package io.bedrockmeter.proxy.config;

import java.nio.file.Path;

/**
 * Where calls are recorded.
 *
 * @param path the SQLite file; made if it is not there
 * @param slots calls that may be open at once
 * @param reserve disk space held back, from which calls in flight are still settled when the disk is full
 */
public record LedgerConfig(Path path, int slots, ByteSize reserve) {
    static LedgerConfig bind(Section in) {
        Section fixed = in.untilRestart();
        return new LedgerConfig(
                fixed.get("path", ValueType.PATH, "bedrock-meter.db", "SQLite file; made if it is not there."),
                fixed.get(
                        "slots",
                        ValueType.count(1, 1_000_000),
                        "10000",
                        "Calls that may be open at once; further ones are refused with 503 before they cost anything."),
                fixed.get(
                        "reserve",
                        ValueType.size("1MiB", "16GiB"),
                        "16MiB",
                        "Disk space held back, from which calls in flight are still settled when the disk is full."));
    }
}
