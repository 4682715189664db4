package io.bedrockmeter.proxy.config;

import io.bedrockmeter.proxy.config.AccountsConfig.Account;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How callers are told apart. */
public sealed interface AuthConfig {
    /** Where keys are if nobody says. */
    Path FILE = Path.of("bedrock-meter-keys.json");

    /** Everybody may call, and is charged by the key they say they use. On a loopback address only. */
    record Open() implements AuthConfig {}

    /**
     * Whoever proves to have a virtual key may call.
     *
     * @param place where the keys are
     * @param master what their secrets are derived from; exactly one of the two is given
     * @param masterFile the file that it is in
     * @param skew how far the time of a signature may be from now
     * @param refuseReplays whether each signature is taken once only
     * @param issuers whose tokens are taken beside keys, by their names here
     */
    record Keys(
            Place place,
            @Nullable Secret master,
            @Nullable Path masterFile,
            Duration skew,
            boolean refuseReplays,
            Map<String, TokenIssuer> issuers)
            implements AuthConfig {
        public Keys {
            issuers = Map.copyOf(issuers);
        }
    }

    /**
     * Whoever has a token of an identity provider may call.
     *
     * @param issuers the providers, by their names here; at least one
     */
    record Tokens(Map<String, TokenIssuer> issuers) implements AuthConfig {
        public Tokens {
            issuers = Map.copyOf(issuers);
        }
    }

    /** Whoever has an API key of Amazon Bedrock may call with it: it goes on to AWS, which verifies it. */
    record PassThrough() implements AuthConfig {}

    /**
     * Whoever has a client certificate may call that stands for somebody.
     *
     * @param rules whose stands for whom, in the order in which they are asked; at least one
     */
    record Certificates(List<CertificateRule> rules) implements AuthConfig {
        public Certificates {
            rules = List.copyOf(rules);
        }
    }

    /** Where keys are kept. */
    sealed interface Place {
        /** In a file of this process's machine. */
        record File(Path path) implements Place {}

        /**
         * In a PostgreSQL database.
         *
         * @param url {@code jdbc:postgresql:…}, without a password
         * @param user null for whom the URL names
         * @param password null if none is needed
         */
        record Database(
                String url, @Nullable String user, @Nullable Secret password) implements Place {}
    }

    /** The name of a way in the configuration. */
    enum Mode {
        OPEN,
        KEYS,
        TOKENS,
        CERTIFICATES,
        PASS_THROUGH
    }

    /** The identity providers whose tokens are taken, by their names here. */
    default Map<String, TokenIssuer> tokenIssuers() {
        return switch (this) {
            case Open open -> Map.of();
            case PassThrough passThrough -> Map.of();
            case Certificates certificates -> Map.of();
            case Keys keys -> keys.issuers();
            case Tokens tokens -> tokens.issuers();
        };
    }

    /** Whose client certificates stand for whom. */
    default List<CertificateRule> certificateRules() {
        return this instanceof Certificates certificates ? certificates.rules() : List.of();
    }

    /** The accounts that the configuration names for callers, where it is not a key or a claim that does. */
    default List<Account> fixedAccounts() {
        List<Account> accounts = new ArrayList<>();
        certificateRules().forEach(rule -> accounts.add(new Account(rule.team(), rule.app(), null)));
        for (TokenIssuer issuer : tokenIssuers().values()) {
            String team = issuer.team().fixed();
            String app = issuer.app().fixed();
            if (team != null && app != null) {
                accounts.add(new Account(team, app, null));
            }
        }
        return accounts;
    }

    /** The rules that stand in the configuration, by the key of each section that has some. */
    default Map<String, CallerRules> callerRules() {
        Map<String, CallerRules> rules = new LinkedHashMap<>();
        tokenIssuers().forEach((name, issuer) -> rules.put("auth.issuers." + name, issuer.rules()));
        certificateRules().forEach(rule -> rules.put("auth.certificates." + rule.name(), rule.rules()));
        return rules;
    }

    static AuthConfig bind(Section in) {
        Mode mode = in.get(
                "mode",
                ValueType.hyphenated(Mode.values()),
                "open",
                "`open`: whoever can connect may call, charged by the access key id in the signature, which is not"
                        + " verified; only on a loopback address. `keys`: whoever proves to have a virtual key, by a"
                        + " signature or its bearer key, or a token of auth.issuers; on any address. `tokens`: whoever has a"
                        + " token of auth.issuers; there are no keys. `certificates`: whoever has a client certificate of"
                        + " auth.certificates. `pass-through`: whoever has an Amazon Bedrock API key, which goes on to AWS and"
                        + " is verified there.");
        Path file = in.find(
                "file",
                ValueType.PATH,
                "The virtual keys, for mode keys; written by 'bedrock-meter keys'. A change is in force within a second."
                        + " `bedrock-meter-keys.json` if neither it nor a store is given.");
        String store = in.find(
                "store",
                ValueType.DATABASE,
                "The PostgreSQL database that has them instead, for several proxies: `jdbc:postgresql://host/database`, with"
                        + " parameters of its JDBC driver such as `?sslmode=verify-full`. A change is in force in all of them"
                        + " within a second.");
        String user = in.find("store-user", ValueType.TEXT, "Who connects to it; to read is enough for a proxy.");
        Secret password = in.find(
                "store-password", ValueType.SECRET, "With which password; write `${BEDROCK_METER_STORE_PASSWORD}`.");
        Secret master = in.find(
                "master-secret",
                ValueType.SECRET,
                "What the secrets of keys are derived from, for mode keys; write `${BEDROCK_METER_MASTER_SECRET}`.");
        Path masterFile = in.find("master-secret-file", ValueType.PATH, "The same, as the first line of a file.");
        Duration skew = in.get(
                "clock-skew",
                ValueType.duration("1s", "15m"),
                "5m",
                "How far the time of a signature may be from now. AWS takes five minutes.");
        boolean refuseReplays = in.get(
                "replay-guard",
                ValueType.FLAG,
                "false",
                "Take each signature once only. An SDK that repeats a call within the second in which it signed it may sign"
                        + " it alike, and is then refused.");
        Map<String, TokenIssuer> issuers = in.sections("issuers", "<name>", TokenIssuer::bind);
        Map<String, CertificateRule> certificates = in.sections("certificates", "<name>", CertificateRule::bind);
        if (mode != Mode.KEYS && (master != null || masterFile != null)) {
            throw new InvalidSetting(
                    master != null ? "master-secret" : "master-secret-file",
                    "belongs to mode keys; set mode: keys or remove it");
        }
        Place place = place(file, store, user, password);
        if (mode != Mode.KEYS && place instanceof Place.Database) {
            throw new InvalidSetting("store", "belongs to mode keys; set mode: keys or remove it");
        }
        if (mode != Mode.KEYS && mode != Mode.TOKENS && !issuers.isEmpty()) {
            throw new InvalidSetting("issuers", "belong to mode keys or tokens; set one of these or remove them");
        }
        if (mode != Mode.CERTIFICATES && !certificates.isEmpty()) {
            throw new InvalidSetting("certificates", "belong to mode certificates; set that or remove them");
        }
        Names.check("issuers", issuers.keySet());
        Names.check("certificates", certificates.keySet());
        checkAudiences(issuers);
        return switch (mode) {
            case OPEN -> new Open();
            case KEYS -> {
                if ((master == null) == (masterFile == null)) {
                    throw new InvalidSetting(
                            "master-secret",
                            "or master-secret-file is required with mode keys, and not both; write"
                                    + " master-secret: ${BEDROCK_METER_MASTER_SECRET}");
                }
                yield new Keys(place, master, masterFile, skew, refuseReplays, issuers);
            }
            case CERTIFICATES -> {
                if (certificates.isEmpty()) {
                    throw new InvalidSetting("certificates", "are required with mode certificates; name at least one");
                }
                yield new Certificates(List.copyOf(certificates.values()));
            }
            case PASS_THROUGH -> new PassThrough();
            case TOKENS -> {
                if (issuers.isEmpty()) {
                    throw new InvalidSetting("issuers", "are required with mode tokens; name at least one");
                }
                yield new Tokens(issuers);
            }
        };
    }

    private static Place place(
            @Nullable Path file, @Nullable String store, @Nullable String user, @Nullable Secret password) {
        if (store == null && (user != null || password != null)) {
            throw new InvalidSetting(
                    user != null ? "store-user" : "store-password",
                    "belongs to auth.store; give store: jdbc:postgresql://… or remove it");
        }
        if (store == null) {
            return new Place.File(file == null ? FILE : file);
        }
        if (file != null) {
            throw new InvalidSetting(
                    "store", "cannot be given beside auth.file; remove the one that the keys are not in");
        }
        return new Place.Database(store, user, password);
    }

    /** A token's issuer and audience say by whose section it is taken, so no two sections may have both alike. */
    private static void checkAudiences(Map<String, TokenIssuer> issuers) {
        Map<String, Set<String>> audiences = new HashMap<>();
        issuers.forEach((name, issuer) -> {
            Set<String> known = audiences.computeIfAbsent(issuer.issuer(), key -> new HashSet<>());
            for (String audience : issuer.audiences()) {
                if (!known.add(audience)) {
                    throw new InvalidSetting(
                            "issuers." + name + ".audience",
                            "has '" + audience + "', which another section of the same issuer has too; one must go");
                }
            }
        });
    }

    /** Names that begin the key ids of callers. */
    final class Names {
        private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}");

        private Names() {}

        static void check(String key, Iterable<String> names) {
            List<String> bad = new ArrayList<>();
            names.forEach(name -> {
                if (!FORM.matcher(name).matches()) {
                    bad.add(name);
                }
            });
            if (!bad.isEmpty()) {
                throw new InvalidSetting(
                        key + "." + bad.get(0),
                        "is not a name; use 1 to 32 letters, digits, _ and -, the first a letter or a digit");
            }
        }
    }
}
