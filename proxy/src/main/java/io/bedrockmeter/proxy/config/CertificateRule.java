package io.bedrockmeter.proxy.config;

import java.util.Locale;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whose client certificate stands for whom.
 *
 * @param name its name in the configuration; begins the key id of its callers
 * @param kind which of a certificate's names it is about
 * @param pattern the name, or what it must be like
 * @param team the team that callers with such a certificate are of
 * @param app the application within the team
 * @param rules what they may do
 */
public record CertificateRule(String name, Kind kind, String pattern, String team, String app, CallerRules rules) {
    private static final Pattern URI_FORM = Pattern.compile("[a-z][a-z0-9+.-]*:[^\\s*]+(/\\*)?");
    private static final Pattern DNS_FORM = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    /** A name in a certificate. */
    public enum Kind {
        /** A URI among its alternative names; an asterisk after the last slash stands for any rest. */
        URI,
        /** A host name among its alternative names; an asterisk in front stands for one label. */
        DNS,
        /** Its whole distinguished name. */
        SUBJECT
    }

    static CertificateRule bind(Section in) {
        String uri = in.find(
                "uri",
                ValueType.TEXT,
                "A URI among the certificate's alternative names, such as `spiffe://example.org/ranking`; `/*` at the end stands"
                        + " for all below.");
        String dns =
                in.find("dns", ValueType.TEXT, "Instead: a host name among them; `*.` in front stands for one label.");
        String subject = in.find(
                "subject",
                ValueType.TEXT,
                "Instead: the certificate's whole distinguished name, such as `CN=ranking,O=Example`.");
        String team = in.require("team", ValueType.NAME, "search", "Team charged for callers with such a certificate.");
        String app = in.get("app", ValueType.NAME, "default", "Application of that team.");
        CallerRules rules = CallerRules.bind(in);
        if ((uri == null ? 0 : 1) + (dns == null ? 0 : 1) + (subject == null ? 0 : 1) != 1) {
            throw new InvalidSetting("uri", "or dns or subject is required, and only one of them");
        }
        Kind kind = uri != null ? Kind.URI : dns != null ? Kind.DNS : Kind.SUBJECT;
        return new CertificateRule(in.name(), kind, checked(kind, uri, dns, subject), team, app, rules);
    }

    private static String checked(Kind kind, @Nullable String uri, @Nullable String dns, @Nullable String subject) {
        return switch (kind) {
            case URI -> {
                if (uri == null || !URI_FORM.matcher(uri).matches()) {
                    throw new InvalidSetting(
                            "uri", "is no URI with a scheme; an asterisk may stand only at its end, after a slash");
                }
                yield uri;
            }
            case DNS -> {
                String lower = dns == null ? "" : dns.toLowerCase(Locale.ROOT);
                if (!DNS_FORM.matcher(lower).matches()) {
                    throw new InvalidSetting(
                            "dns",
                            "is no host name; an asterisk may stand only for the first label, as in *.example.com");
                }
                yield lower;
            }
            case SUBJECT -> {
                String name = subject == null ? "" : subject;
                try {
                    yield new X500Principal(name).getName();
                } catch (IllegalArgumentException e) {
                    throw new InvalidSetting("subject", "is no distinguished name; write it as CN=ranking,O=Example");
                }
            }
        };
    }
}
