package io.bedrockmeter.proxy.config;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.proxy.config.MeteringConfig.OnDisconnect;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom calls are charged to.
 *
 * @param fallback the account of calls whose key is not listed
 * @param keys the account of each key, by access key id
 */
public record AccountsConfig(Account fallback, Map<String, Account> keys) {
    private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/@-]{0,62}");
    private static final String ON_DISCONNECT = "on-disconnect";
    private static final ValueType<OnDisconnect> ONE_OF_BOTH = ValueType.choice(OnDisconnect.values());

    /**
     * A team and an application of it.
     *
     * @param team the team's name
     * @param app the application's name within the team
     * @param onDisconnect what happens to its calls whose caller has left; null if what happens to all
     */
    public record Account(String team, String app, @Nullable OnDisconnect onDisconnect) {}

    /** Whether a text can be the name of a team or an application: short and plain, because it becomes a label of meters. */
    public static boolean isName(String text) {
        return NAME_FORM.matcher(text).matches();
    }

    public AccountsConfig {
        keys = Map.copyOf(keys);
    }

    /** The account that a key's calls are charged to. */
    public AccountId accountOf(String keyId) {
        Account account = of(keyId);
        return new AccountId(account.team(), account.app(), keyId);
    }

    /** What happens to a key's calls whose caller has left; null if what happens to all. */
    public @Nullable OnDisconnect onDisconnectOf(String keyId) {
        return of(keyId).onDisconnect();
    }

    private Account of(String keyId) {
        return keys.getOrDefault(keyId, fallback);
    }

    /**
     * To whom the jobs belong that a key begins: to all keys listed for the same application; those of a key that is not listed
     * to it alone, because nobody has said that it is of one application with any other.
     */
    public Owner ownerOf(String keyId) {
        AccountId account = accountOf(keyId);
        return keys.containsKey(keyId) ? Owner.application(account) : Owner.key(account);
    }

    static AccountsConfig bind(Section in) {
        return new AccountsConfig(
                in.section("default", AccountsConfig::bindFallback),
                in.sections("keys", "<access key id>", AccountsConfig::bindAccount));
    }

    private static Account bindFallback(Section in) {
        return new Account(
                in.get("team", ValueType.NAME, "default", "Team charged for keys that are not listed."),
                in.get("app", ValueType.NAME, "default", "Application charged for keys that are not listed."),
                in.find(
                        ON_DISCONNECT,
                        ONE_OF_BOTH,
                        "The same as metering.on-disconnect, for keys that are not listed."));
    }

    private static Account bindAccount(Section in) {
        return new Account(
                in.require("team", ValueType.NAME, "search", "Team charged for this key; a label of meters."),
                in.get("app", ValueType.NAME, "default", "Application of that team; a label of meters."),
                in.find(ON_DISCONNECT, ONE_OF_BOTH, "The same as metering.on-disconnect, for this key."));
    }
}
