package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.config.CertificateRule;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Whose certificate stands for whom: the first rule that a certificate matches decides. Immutable. */
public final class CertificateRules {
    private static final String SPIFFE = "spiffe:";

    private final List<CertificateRule> rules;

    /** In the order in which they are to be asked. */
    public CertificateRules(List<CertificateRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * What a certificate comes to.
     *
     * @param rule the rule that it matches
     * @param name the name by which it does
     */
    public record Match(CertificateRule rule, String name) {}

    /** The rule for a certificate; null if there is none. */
    public @Nullable Match find(PeerCertificate certificate) {
        for (CertificateRule rule : rules) {
            String name = switch (rule.kind()) {
                case URI -> uri(rule.pattern(), certificate.uris());
                case DNS -> host(rule.pattern(), certificate.hosts());
                case SUBJECT -> subject(rule.pattern(), certificate.subject());
            };
            if (name != null) {
                return new Match(rule, name);
            }
        }
        return null;
    }

    /** A SPIFFE identity is the only URI of its certificate, or none (SPIFFE X.509-SVID §2). */
    private static @Nullable String uri(String pattern, List<String> uris) {
        if (pattern.startsWith(SPIFFE) && uris.size() != 1) {
            return null;
        }
        for (String uri : uris) {
            boolean matches = pattern.endsWith("/*") ? isBelow(pattern, uri) : uri.equals(pattern);
            if (matches) {
                return uri;
            }
        }
        return null;
    }

    private static boolean isBelow(String pattern, String uri) {
        int folder = pattern.length() - 1;
        return uri.length() > folder
                && uri.regionMatches(0, pattern, 0, folder)
                && !uri.contains("/../")
                && !uri.endsWith("/..");
    }

    private static @Nullable String host(String pattern, List<String> hosts) {
        for (String host : hosts) {
            int dot = host.indexOf('.');
            boolean matches = pattern.startsWith("*.")
                    ? dot > 0 && host.charAt(0) != '*' && host.substring(dot).equals(pattern.substring(1))
                    : host.equals(pattern);
            if (matches) {
                return host;
            }
        }
        return null;
    }

    private static @Nullable String subject(String pattern, X500Principal subject) {
        return subject.equals(new X500Principal(pattern)) ? subject.getName() : null;
    }
}
