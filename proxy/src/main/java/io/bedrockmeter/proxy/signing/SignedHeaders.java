package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.proxy.sigv4.CanonicalText;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The headers of one request that its signature covers, in the order of their names: {@code host}, {@code content-type} and
 * all of {@code x-amz*} but the trace id, which load balancers change. Confined to one thread, used again and again.
 */
final class SignedHeaders {
    /*
     * A request has six or so of them and they come in nearly the same order every time, so each is moved to its place among
     * those before it. Names that are lower-case already, which is all of ours, are taken as they are.
     */
    private static final String TRACE = "x-amzn-trace-id";

    private final List<Signed> headers = new ArrayList<>();
    private String namesOfLast = "";

    private record Signed(String name, CharSequence value) {}

    void collect(HttpHeaders all) {
        headers.clear();
        Iterator<Map.Entry<CharSequence, CharSequence>> each = all.iteratorCharSequence();
        while (each.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = each.next();
            if (isSigned(header.getKey())) {
                insert(lowerCase(header.getKey()), header.getValue());
            }
        }
    }

    void appendTo(CanonicalText text) {
        String previous = "";
        for (Signed header : headers) {
            if (header.name().equals(previous)) {
                text.append(',');
            } else {
                text.append(previous.isEmpty() ? "" : "\n")
                        .append(header.name())
                        .append(':');
            }
            text.appendTrimmed(header.value());
            previous = header.name();
        }
        text.append(previous.isEmpty() ? "" : "\n");
    }

    /** The names, each once, separated by semicolons. */
    String names() {
        if (!isNamesOfLast()) {
            namesOfLast = String.join(
                    ";", headers.stream().map(Signed::name).distinct().toList());
        }
        return namesOfLast;
    }

    private boolean isNamesOfLast() {
        int at = 0;
        String previous = "";
        for (Signed header : headers) {
            String name = header.name();
            if (!name.equals(previous)) {
                boolean goesOn = at == 0 || (at < namesOfLast.length() && namesOfLast.charAt(at++) == ';');
                if (!goesOn || !namesOfLast.startsWith(name, at)) {
                    return false;
                }
                at += name.length();
            }
            previous = name;
        }
        return at == namesOfLast.length();
    }

    private void insert(String name, CharSequence value) {
        int place = headers.size();
        while (place > 0 && headers.get(place - 1).name().compareTo(name) > 0) {
            place--;
        }
        headers.add(place, new Signed(name, value));
    }

    private static boolean isSigned(CharSequence name) {
        return switch (name.length()) {
            case 4 -> AsciiString.contentEqualsIgnoreCase(name, "host");
            case 12 -> AsciiString.contentEqualsIgnoreCase(name, "content-type") || isOfAmazon(name);
            default -> isOfAmazon(name) && !AsciiString.contentEqualsIgnoreCase(name, TRACE);
        };
    }

    private static boolean isOfAmazon(CharSequence name) {
        return AsciiString.regionMatches(name, true, 0, "x-amz", 0, 5);
    }

    private static String lowerCase(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
