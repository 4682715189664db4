package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.AccountsConfig;
import io.bedrockmeter.proxy.keys.VirtualKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code TEAM/APP}, or {@code TEAM} for its application named default. Immutable.
 *
 * @param team name of the team
 * @param app name of its application
 */
record AccountOption(String team, String app) {
    boolean owns(VirtualKey key) {
        return key.team().equals(team) && key.app().equals(app);
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<AccountOption> {
        @Override
        public AccountOption convert(String text) {
            int slash = text.indexOf('/');
            String team = slash < 0 ? text : text.substring(0, slash);
            String app = slash < 0 ? "default" : text.substring(slash + 1);
            if (!AccountsConfig.isName(team) || !AccountsConfig.isName(app)) {
                throw new TypeConversionException(
                        "'" + text + "' is not TEAM/APP; use 1 to 63 letters, digits and . _ @ - each");
            }
            return new AccountOption(team, app);
        }
    }
}
