package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.sigv4.SigV4;
import org.jspecify.annotations.Nullable;

/**
 * An {@code Authorization} header of Signature Version 4, read strictly: three parameters, each once, and each of one form.
 *
 * @param keyId the access key id
 * @param day the day of the scope, eight digits
 * @param region the region of the scope
 * @param service the service of the scope
 * @param signedHeaders the names of the headers that are signed, in lower case and ascending, separated by semicolons
 * @param signature 64 lower-case hex digits
 */
record AuthorizationHeader(
        String keyId, String day, String region, String service, String signedHeaders, String signature) {
    private static final int SIGNATURE_LENGTH = 64;
    private static final int SCOPE_PARTS = 5;
    private static final int DAY_LENGTH = 8;
    /** A header that HTTP/2 has in another way, and that some SDKs sign under its own name. */
    private static final String AUTHORITY = ":authority";

    /** What came of reading. */
    sealed interface Read {
        /** It is well-formed. */
        record Good(AuthorizationHeader header) implements Read {}

        /** It is not. */
        record Malformed(String why) implements Read {}
    }

    /** Reads a value that begins with the name of the algorithm and a space. */
    static Read read(String value) {
        String credential = null;
        String signedHeaders = null;
        String signature = null;
        int at = SigV4.ALGORITHM.length() + 1;
        while (at <= value.length()) {
            int comma = value.indexOf(',', at);
            int end = comma < 0 ? value.length() : comma;
            int from = skipSpaces(value, at, end);
            int to = end;
            while (to > from && value.charAt(to - 1) == ' ') {
                to--;
            }
            int equals = value.indexOf('=', from);
            if (equals < 0 || equals >= to) {
                return malformed("has a part that is no name=value");
            }
            String given = value.substring(equals + 1, to);
            String name = value.substring(from, equals);
            boolean isFirst;
            switch (name) {
                case "Credential" -> {
                    isFirst = credential == null;
                    credential = given;
                }
                case "SignedHeaders" -> {
                    isFirst = signedHeaders == null;
                    signedHeaders = given;
                }
                case "Signature" -> {
                    isFirst = signature == null;
                    signature = given;
                }
                default -> {
                    return malformed("has a parameter that is none of Credential, SignedHeaders and Signature");
                }
            }
            if (!isFirst) {
                return malformed("has " + name + " twice");
            }
            at = end + 1;
        }
        if (credential == null || signedHeaders == null || signature == null) {
            return malformed("requires "
                    + (credential == null ? "Credential" : signature == null ? "Signature" : "SignedHeaders"));
        }
        return read(credential, signedHeaders, signature);
    }

    private static Read read(String credential, String signedHeaders, String signature) {
        String[] scope = credential.split("/", -1);
        if (scope.length != SCOPE_PARTS || !scope[4].equals(SigV4.TERMINATOR)) {
            return malformed("has a Credential that is not KEY/DAY/REGION/SERVICE/" + SigV4.TERMINATOR);
        }
        if (scope[0].isEmpty() || scope[2].isEmpty() || scope[3].isEmpty() || !isDay(scope[1])) {
            return malformed("has a Credential with an empty part, or a day that is not eight digits");
        }
        String fault = faultOfNames(signedHeaders);
        if (fault != null) {
            return malformed(fault);
        }
        if (signature.length() != SIGNATURE_LENGTH || !isLowerHex(signature)) {
            return malformed("has a Signature that is not 64 lower-case hex digits");
        }
        return new Read.Good(new AuthorizationHeader(scope[0], scope[1], scope[2], scope[3], signedHeaders, signature));
    }

    /** Whether a header is among those that are signed, by its name in whatever case. */
    boolean signs(CharSequence name) {
        int from = 0;
        while (from < signedHeaders.length()) {
            int end = endOfName(signedHeaders, from);
            if (isName(name, from, end)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    /** Whether a name, in whatever case, is the one between two places of the list. */
    boolean isName(CharSequence name, int from, int end) {
        if (name.length() != end - from) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            char lower = c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
            if (lower != signedHeaders.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the name between two places of the list is that of the host as HTTP/2 has it. */
    boolean isAuthority(int from, int end) {
        return end - from == AUTHORITY.length() && signedHeaders.startsWith(AUTHORITY, from);
    }

    static int endOfName(String names, int from) {
        int semicolon = names.indexOf(';', from);
        return semicolon < 0 ? names.length() : semicolon;
    }

    private static @Nullable String faultOfNames(String names) {
        String previous = "";
        boolean host = false;
        for (int from = 0; from <= names.length(); ) {
            int end = endOfName(names, from);
            String name = names.substring(from, end);
            if (!name.equals(AUTHORITY) && !isLowerToken(name)) {
                return "has a name in SignedHeaders that is no lower-case name of a header";
            }
            if (name.compareTo(previous) <= 0) {
                return "has SignedHeaders that are not in ascending order, each once";
            }
            host |= name.equals("host") || name.equals(AUTHORITY);
            previous = name;
            from = end + 1;
        }
        return host ? null : "must have 'host' or ':authority' in SignedHeaders";
    }

    private static boolean isLowerToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean ofToken = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            if (!ofToken) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isDay(String text) {
        boolean digits = text.length() == DAY_LENGTH;
        for (int i = 0; i < text.length(); i++) {
            digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static int skipSpaces(String value, int from, int end) {
        int at = from;
        while (at < end && value.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static Read malformed(String what) {
        return new Read.Malformed("The Authorization header " + what + ".");
    }
}
