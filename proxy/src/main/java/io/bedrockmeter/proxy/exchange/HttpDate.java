package io.bedrockmeter.proxy.exchange;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values of the {@code Date} header (RFC 9110, IMF-fixdate). The last one is kept. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static volatile @Nullable Second last;

    private HttpDate() {}

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
