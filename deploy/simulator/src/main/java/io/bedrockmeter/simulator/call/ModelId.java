package io.bedrockmeter.simulator.call;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model identifier taken apart: the base model that answers, how the call is routed, and what kind of capacity serves it.
 * For opaque identifiers (provisioned, application profile, custom, imported) the base model is a given default.
 */
public record ModelId(String onPath, String base, boolean global, Kind kind) {
    /** What the identifier says about capacity and price. */
    public enum Kind {
        /** A base model or a system profile: priced per token. */
        ON_DEMAND,
        /** Provisioned throughput: paid by the hour, no price per token. */
        PROVISIONED,
        /** Something only the control plane can resolve: its price is not known here. */
        OPAQUE
    }

    private static final Pattern ARN = Pattern.compile("arn:aws[^:]*:bedrock:[^:]*:[^:]*:([a-z-]+)/(.+)");
    private static final List<String> PROFILE_PREFIXES =
            List.of("global.", "us-gov.", "apac.", "us.", "eu.", "jp.", "au.", "ca.", "in.");

    public static ModelId parse(String onPath, String baseOfOpaque) {
        Matcher arn = ARN.matcher(onPath);
        if (!arn.matches()) {
            return ofProfileOrBase(onPath, onPath);
        }
        return switch (arn.group(1)) {
            case "foundation-model", "inference-profile" -> ofProfileOrBase(onPath, arn.group(2));
            case "provisioned-model" -> new ModelId(onPath, baseOfOpaque, false, Kind.PROVISIONED);
            default -> new ModelId(onPath, baseOfOpaque, false, Kind.OPAQUE);
        };
    }

    private static ModelId ofProfileOrBase(String onPath, String id) {
        for (String prefix : PROFILE_PREFIXES) {
            if (id.startsWith(prefix)) {
                return new ModelId(onPath, id.substring(prefix.length()), prefix.equals("global."), Kind.ON_DEMAND);
            }
        }
        return new ModelId(onPath, id, false, Kind.ON_DEMAND);
    }
}
