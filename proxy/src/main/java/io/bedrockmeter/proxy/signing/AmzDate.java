package io.bedrockmeter.proxy.signing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Timestamps of SigV4, {@code 20261125T113500Z}. The last one is kept: a busy proxy asks for the same second often. */
final class AmzDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static volatile @Nullable Second last;

    private AmzDate() {}

    static String format(Instant instant) {
        Second known = last;
        if (known != null && known.epochSecond() == instant.getEpochSecond()) {
            return known.text();
        }
        Second made = new Second(instant.getEpochSecond(), FORMAT.format(instant));
        last = made;
        return made.text();
    }

    private record Second(long epochSecond, String text) {}
}
