package io.bedrockmeter.proxy.config;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Under which keys of a call's request metadata Amazon Bedrock is told who made it. A key that is null is not set.
 *
 * @param team for the caller's team
 * @param app for its application
 * @param key for the id of the key that it used
 * @param attempt for the attempt's id, which is the ledger's
 * @param inBodies whether bodies of Converse are told so too, which changes them
 */
public record RequestMetadataConfig(
        @Nullable String team,
        @Nullable String app,
        @Nullable String key,
        @Nullable String attempt,
        boolean inBodies) {
    public RequestMetadataConfig {
        Set<String> names = new HashSet<>();
        Stream.of(team, app, key, attempt).filter(Objects::nonNull).forEach(name -> {
            if (!names.add(name)) {
                throw new InvalidSetting(
                        "team", "and the keys beside it need different names; '" + name + "' is used twice");
            }
        });
        if (inBodies && names.isEmpty()) {
            throw new InvalidSetting("converse", "has nothing to set; name a key for team, app, key or attempt");
        }
    }

    static RequestMetadataConfig bind(Section in) {
        String team = in.find(
                "team",
                ValueType.METADATA_KEY,
                "Key of a call's request metadata that is set to the caller's team, whatever the caller has put there; it shows"
                        + " in Amazon Bedrock's invocation logs.");
        String app = in.find("app", ValueType.METADATA_KEY, "The same for the application.");
        String key = in.find("key", ValueType.METADATA_KEY, "The same for the id of the key that was used.");
        String attempt = in.find(
                "attempt", ValueType.METADATA_KEY, "The same for the attempt's id, by which the ledger has the call.");
        boolean inBodies = in.get(
                "converse",
                ValueType.FLAG,
                "false",
                "Set them for Converse and ConverseStream too, where they stand in the body. InvokeModel has them in a header.");
        return new RequestMetadataConfig(team, app, key, attempt, inBodies);
    }
}
