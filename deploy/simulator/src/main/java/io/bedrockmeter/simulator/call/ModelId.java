package io.bedrockmeter.simulator.call;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model identifier taken apart: the base model that answers, how the call is routed, and what kind of capacity serves it.
 * For opaque identifiers (provisioned, application profile, custom, imported, router) the base model is a given default.
 */
public record ModelId(String onPath, String base, boolean global, Kind kind) {
    /** What the identifier says about capacity and price. */
    public enum Kind {
        /** A base model or a system profile: priced per token. */
        ON_DEMAND,
        /** Provisioned throughput: paid by the hour, no price per token. */
        PROVISIONED,
        /** A model that the customer brought: paid by the minute, no price per token. */
        IMPORTED,
        /** Something only the control plane can resolve: its price is not known here. */
        OPAQUE
    }

    private static final Pattern ARN = Pattern.compile("arn:aws[^:]*:(?:bedrock|sagemaker):[^:]*:[^:]*:([a-z-]+)/(.+)");
    private static final List<String> PROFILE_PREFIXES =
            List.of("global.", "us-gov.", "apac.", "us.", "eu.", "jp.", "au.", "ca.", "in.");
    /** What an identifier that names no model is answered by. */
    private static final String BASE_OF_OPAQUE = "anthropic.claude-3-haiku-20240307-v1:0";
    /** The same for models that are not Amazon's to know. */
    private static final String BASE_OF_OWN = "own.model";

    /** Takes apart what the identifier itself tells; opaque ones stand for the given model, or for a default. */
    public static ModelId parse(String onPath, @Nullable String baseOfOpaque) {
        Matcher arn = ARN.matcher(onPath);
        if (!arn.matches()) {
            return ofProfileOrBase(onPath, onPath);
        }
        String base = baseOfOpaque == null ? BASE_OF_OPAQUE : baseOfOpaque;
        String own = baseOfOpaque == null ? BASE_OF_OWN : baseOfOpaque;
        return switch (arn.group(1)) {
            case "foundation-model", "inference-profile" -> ofProfileOrBase(onPath, arn.group(2));
            case "provisioned-model" -> new ModelId(onPath, base, false, Kind.PROVISIONED);
            case "imported-model" -> new ModelId(onPath, own, false, Kind.IMPORTED);
            case "endpoint" -> new ModelId(onPath, own, false, Kind.OPAQUE);
            default -> new ModelId(onPath, base, false, Kind.OPAQUE);
        };
    }

    /** Whether it goes through a profile that Amazon defines. */
    public boolean isSystemProfile() {
        return kind == Kind.ON_DEMAND && !onPath.endsWith("foundation-model/" + base) && !onPath.equals(base);
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
