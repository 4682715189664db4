package io.bedrockmeter.proxy.config;

import io.netty.util.NetUtil;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kind of value in the file: its name in the documentation and how its text is read. Immutable.
 *
 * <p>A parser throws {@link IllegalArgumentException} with a message that reads on after the value: "is not a size; write
 * 64KiB".
 */
record ValueType<T>(String name, boolean secret, Function<String, T> parser) {
    private static final Pattern DURATION_FORM = Pattern.compile("(?<number>[0-9]{1,12}) ?(?<unit>ms|s|m|h)");
    private static final Pattern PERCENT_FORM = Pattern.compile("100(\\.0{1,2})?|[0-9]{1,2}(\\.[0-9]{1,2})?");
    private static final Pattern METADATA_FORM = Pattern.compile("[a-zA-Z0-9 :_@$#=/+,.-]{1,256}");
    private static final Pattern DATABASE_FORM =
            Pattern.compile("jdbc:postgresql:(//[^/?@\\s]+/)?[^/?@\\s]*(\\?\\S*)?");
    private static final Pattern PASSWORD_FORM = Pattern.compile("(?i)[?&][a-z]*password=");
    private static final Pattern REGION_FORM = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}");

    static final ValueType<String> TEXT = of("text", ValueType::parseText);

    static final ValueType<Secret> SECRET = new ValueType<>("secret", true, Secret::of);

    static final ValueType<Path> PATH = of("path", ValueType::parsePath);

    static final ValueType<InetAddress> ADDRESS = of("IP address", ValueType::parseAddress);

    static final ValueType<Integer> PORT = whole("port", 0, 65_535);

    static final ValueType<URI> ENDPOINT = of("URL", ValueType::parseEndpoint);

    /** The URL of a document that is trusted: nobody on the way may change it. */
    static final ValueType<URI> DOCUMENT = of("URL", ValueType::parseDocument);

    /** The URL of a database. It holds no password; but one that is refused because it does must not be shown. */
    static final ValueType<String> DATABASE = new ValueType<>("URL", true, ValueType::parseDatabase);

    static final ValueType<Boolean> FLAG = of("true or false", ValueType::parseFlag);

    static final ValueType<Duration> DURATION = of("duration", ValueType::parseDuration);

    /** The name of a team or an application. */
    static final ValueType<String> NAME = of("name", text -> {
        if (!AccountsConfig.isName(text)) {
            throw new IllegalArgumentException(
                    "is not a name; use 1 to 63 letters, digits and . _ / @ -, the first a letter or a digit");
        }
        return text;
    });

    /** A share in hundredths of a percent. */
    static final ValueType<Integer> PERCENT = of("percent", text -> {
        if (!PERCENT_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a percentage; give 0 to 100 with two decimals at most");
        }
        return new BigDecimal(text).movePointRight(2).intValueExact();
    });

    static final ValueType<LocalDate> DATE = of("date", text -> {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is not a date; write it as 2026-11-25", e);
        }
    });

    static final ValueType<String> REGION = of("region", text -> {
        if (!REGION_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a region's id; write it as AWS does: us-east-1");
        }
        return text;
    });

    /** A key of the request metadata of a call, as the service model of Bedrock Runtime has it. */
    static final ValueType<String> METADATA_KEY = of("text", text -> {
        if (!METADATA_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "is not a key of request metadata; use 1 to 256 letters, digits, spaces and : _ @ $ # = / + , - .");
        }
        return text;
    });

    static ValueType<Integer> count(int min, int max) {
        return whole("number", min, max);
    }

    static ValueType<ByteSize> size(String min, String max) {
        ByteSize least = ByteSize.parse(min);
        ByteSize most = ByteSize.parse(max);
        return of("size", text -> {
            ByteSize size = ByteSize.parse(text);
            if (size.bytes() < least.bytes() || size.bytes() > most.bytes()) {
                throw new IllegalArgumentException("is out of range; choose from " + least + " to " + most);
            }
            return size;
        });
    }

    static ValueType<Duration> duration(String min, String max) {
        Duration least = parseDuration(min);
        Duration most = parseDuration(max);
        return of("duration", text -> {
            Duration duration = parseDuration(text);
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new IllegalArgumentException("is out of range; choose from " + min + " to " + max);
            }
            return duration;
        });
    }

    /** One of an enum's constants, written in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(E[] constants) {
        return choice(constants, ValueType::label);
    }

    /** The same, with hyphens between words, as keys have them. */
    static <E extends Enum<E>> ValueType<E> hyphenated(E[] constants) {
        return choice(constants, constant -> label(constant).replace('_', '-'));
    }

    private static <E extends Enum<E>> ValueType<E> choice(E[] constants, Function<E, String> naming) {
        String labels = Arrays.stream(constants).map(naming).collect(Collectors.joining(", "));
        return of(
                labels,
                text -> Arrays.stream(constants)
                        .filter(constant -> naming.apply(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("is none of: " + labels)));
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <T> ValueType<T> of(String name, Function<String, T> parser) {
        return new ValueType<>(name, false, parser);
    }

    private static ValueType<Integer> whole(String name, int min, int max) {
        return of(name, text -> {
            String range = "; give a whole number from " + min + " to " + max;
            int number;
            try {
                number = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("is not a " + name + range, e);
            }
            if (number < min || number > max) {
                throw new IllegalArgumentException("is out of range" + range);
            }
            return number;
        });
    }

    private static String parseText(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is empty; give a value or remove the key");
        }
        return text;
    }

    private static Path parsePath(String text) {
        try {
            return Path.of(parseText(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
        }
    }

    private static InetAddress parseAddress(String text) {
        // Only literals: a name would be looked up while the file is read, and may be another address tomorrow.
        InetAddress address =
                NetUtil.createInetAddressFromIpAddressString(text.equals("localhost") ? "127.0.0.1" : text);
        if (address == null) {
            throw new IllegalArgumentException("is not an IP address; write 127.0.0.1, 0.0.0.0, ::1 or localhost");
        }
        return address;
    }

    private static URI parseEndpoint(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
        }
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException("is not a URL of a host; write https://host or https://host:port");
        }
        boolean bare = uri.getRawUserInfo() == null
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        if (!bare) {
            throw new IllegalArgumentException("must be scheme, host and port only; callers choose the path");
        }
        return uri;
    }

    private static URI parseDocument(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("is not the URL of a document; write https://host/path");
        }
        boolean isLocal = uri.getHost().equals("127.0.0.1") || uri.getHost().equals("localhost");
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && isLocal)) {
            throw new IllegalArgumentException("could be changed on the way; write https");
        }
        return uri;
    }

    private static String parseDatabase(String text) {
        if (!DATABASE_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "is not the URL of a PostgreSQL database; write jdbc:postgresql://host:5432/database");
        }
        if (PASSWORD_FORM.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "has a password in it, which messages would show; give it as store-password");
        }
        return text;
    }

    private static boolean parseFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION_FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not a duration; write a number with a unit: 250ms, 30s, 5m, 1h");
        }
        long number = Long.parseLong(matcher.group("number"));
        return switch (matcher.group("unit")) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
