package io.bedrockmeter.metering.model;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model as a caller named it: each form of identifier that the runtime accepts, parsed once. Immutable.
 *
 * <p>The forms and their patterns are those of {@code InvokeModelIdentifier} in the service model of Bedrock Runtime.
 * What a form says about price differs: a foundation model and a system profile name their model; an application
 * profile, a provisioned or an imported model, a deployment, a prompt and a router do not, and are opaque until somebody
 * has asked the control plane or read the answer.
 */
public sealed interface ModelRef {
    /** The identifier as the caller wrote it, percent-decoded. */
    String requested();

    /** The foundation model's id in the price catalogue, where the identifier itself tells it. */
    default Optional<String> catalogueId() {
        return Optional.empty();
    }

    /** Which rate of that model applies, as far as the identifier tells. */
    default Routing routing() {
        return Routing.IN_REGION_OR_GEO;
    }

    /** A foundation model by bare id or by its ARN. */
    record FoundationModel(String requested, String id) implements ModelRef {
        @Override
        public Optional<String> catalogueId() {
            return Optional.of(id);
        }
    }

    /** A system-defined inference profile: a geography (or {@code global}) in front of a foundation model's id. */
    record SystemProfile(String requested, String geography, String id) implements ModelRef {
        @Override
        public Optional<String> catalogueId() {
            return Optional.of(id);
        }

        @Override
        public Routing routing() {
            return geography.equals("global") ? Routing.GLOBAL : Routing.IN_REGION_OR_GEO;
        }
    }

    /** An application inference profile; which model is behind it only the control plane knows. */
    record ApplicationProfile(String requested) implements ModelRef {}

    /** Provisioned throughput: paid by the hour, so a call on it has no price of its own. */
    record ProvisionedModel(String requested) implements ModelRef {}

    /** A fine-tuned model; not invocable on demand without a deployment. {@code baseId} is the model it was made from. */
    record CustomModel(String requested, String baseId) implements ModelRef {}

    /** An on-demand deployment of a custom model. */
    record CustomModelDeployment(String requested) implements ModelRef {}

    /** An imported model: paid by custom model unit and time. */
    record ImportedModel(String requested) implements ModelRef {}

    /** A marketplace model on a SageMaker endpoint: paid by instance hour. */
    record MarketplaceEndpoint(String requested) implements ModelRef {}

    /** A managed prompt, which holds its model inside. */
    record Prompt(String requested) implements ModelRef {}

    /** A prompt router; the answer's trace names the model that ran. */
    record PromptRouter(String requested) implements ModelRef {}

    /**
     * No model at all: an operation that runs none, such as a guardrail alone or a list of jobs.
     *
     * @param requested the guardrail, or {@link #NOTHING}
     */
    record NoModel(String requested) implements ModelRef {
        /** What stands where neither a model nor a guardrail was named. */
        public static final String NOTHING = "-";
    }

    /** Anything else that the runtime's pattern lets through: forwarded, and never priced at a guess. */
    record Unrecognized(String requested) implements ModelRef {}

    /**
     * Parses an identifier, in time linear in its length.
     *
     * @param identifier the identifier, percent-decoded; of any length and content
     * @return the form it has; {@link Unrecognized} where it has none, never an exception
     */
    static ModelRef parse(String identifier) {
        if (identifier.length() > Forms.LENGTH_MAX) {
            return new Unrecognized(identifier);
        }
        return identifier.startsWith("arn:") ? parseArn(identifier) : parseId(identifier, identifier);
    }

    private static ModelRef parseArn(String arn) {
        Matcher matcher = Forms.ARN.matcher(arn);
        if (!matcher.matches()) {
            return new Unrecognized(arn);
        }
        String kind = matcher.group("kind");
        String rest = matcher.group("rest");
        if (matcher.group("service").equals("sagemaker")) {
            return kind.equals("endpoint") ? new MarketplaceEndpoint(arn) : new Unrecognized(arn);
        }
        return switch (kind) {
            case "foundation-model" ->
                parseId(arn, rest) instanceof FoundationModel model ? model : new Unrecognized(arn);
            case "inference-profile" -> parseProfileArn(arn, rest);
            case "application-inference-profile" -> new ApplicationProfile(arn);
            case "provisioned-model" -> new ProvisionedModel(arn);
            case "custom-model" -> parseCustomModelArn(arn, rest);
            case "custom-model-deployment" -> new CustomModelDeployment(arn);
            case "imported-model" -> new ImportedModel(arn);
            case "prompt" -> new Prompt(arn);
            case "prompt-router", "default-prompt-router" -> new PromptRouter(arn);
            default -> new Unrecognized(arn);
        };
    }

    /** A profile's ARN ends in the id of a system profile, or in the opaque id of an application's. */
    private static ModelRef parseProfileArn(String arn, String id) {
        if (parseId(arn, id) instanceof SystemProfile profile) {
            return profile;
        }
        return id.indexOf('.') < 0 ? new ApplicationProfile(arn) : new Unrecognized(arn);
    }

    private static ModelRef parseCustomModelArn(String arn, String rest) {
        int slash = rest.indexOf('/');
        if (slash <= 0) {
            return new Unrecognized(arn);
        }
        String base = rest.substring(0, slash);
        return base.equals("imported") ? new ImportedModel(arn) : new CustomModel(arn, withoutContextSize(base));
    }

    private static ModelRef parseId(String requested, String id) {
        int dot = id.indexOf('.');
        if (!Forms.isId(id, dot)) {
            return new Unrecognized(requested);
        }
        String first = id.substring(0, dot);
        String rest = id.substring(dot + 1);
        return Forms.GEOGRAPHIES.contains(first) && rest.indexOf('.') > 0
                ? new SystemProfile(requested, first, withoutContextSize(rest))
                : new FoundationModel(requested, withoutContextSize(id));
    }

    /** Provisioned throughput names a model with a size of context behind its version; the catalogue has one price for all. */
    private static String withoutContextSize(String id) {
        int colon = id.indexOf(':');
        if (colon == id.lastIndexOf(':')) {
            return id;
        }
        Matcher matcher = Forms.CONTEXT_SIZE.matcher(id);
        return matcher.matches() ? matcher.group("id") : id;
    }

    /** The patterns behind {@link #parse}. None can backtrack: identifiers are whatever a caller sends. */
    final class Forms {
        static final int LENGTH_MAX = 2048;
        static final Pattern ARN =
                Pattern.compile("arn:aws(?:-[^:]++)?+:(?<service>bedrock|sagemaker):[a-z0-9-]{0,20}+:"
                        + "(?:[0-9]{12})?+:(?<kind>[a-z-]++)/(?<rest>[A-Za-z0-9._:/-]++)");
        static final Pattern CONTEXT_SIZE = Pattern.compile("(?<id>[^:]++:[0-9]++):(?:[0-9]++k?+|mm)");

        /** Prefixes of system-defined profiles seen in AWS's documentation, price lists and traffic. */
        static final Set<String> GEOGRAPHIES =
                Set.of("us", "eu", "apac", "jp", "au", "ca", "in", "us-gov", "sa", "me", "af", "global");

        private Forms() {}

        /** Whether it is {@code vendor.model}, {@code dot} being its first dot; by hand, because each call asks. */
        static boolean isId(String id, int dot) {
            if (dot <= 0 || dot == id.length() - 1 || id.charAt(0) == '-' || !isAlphanumeric(id.charAt(dot + 1))) {
                return false;
            }
            for (int i = 0; i < dot; i++) {
                char c = id.charAt(i);
                if (c != '-' && (!isAlphanumeric(c) || (c >= 'A' && c <= 'Z'))) {
                    return false;
                }
            }
            for (int i = dot + 1; i < id.length(); i++) {
                char c = id.charAt(i);
                if (!isAlphanumeric(c) && c != '.' && c != '_' && c != ':' && c != '-') {
                    return false;
                }
            }
            return true;
        }

        private static boolean isAlphanumeric(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
    }
}
