package io.bedrockmeter.simulator.sigv4;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Authorization header of Signature Version 4, taken apart. */
public record SignatureHeader(
        String accessKey, String date, String region, String service, List<String> signedHeaders, String signature) {
    private static final Pattern FORM = Pattern.compile("AWS4-HMAC-SHA256 +"
            + "Credential=([^/, ]+)/([0-9]{8})/([^/, ]+)/([^/, ]+)/aws4_request *, *"
            + "SignedHeaders=([^, ]+) *, *Signature=([0-9a-f]{64})");

    /** Empty where the value is anything else than a whole header of this scheme. */
    public static Optional<SignatureHeader> parse(String value) {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new SignatureHeader(
                form.group(1),
                form.group(2),
                form.group(3),
                form.group(4),
                List.of(form.group(5).split(";", -1)),
                form.group(6)));
    }
}
