package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.model.ModelRef;

/** Who knows what is behind an identifier. Thread-safe; waits for the network. */
public interface ControlPlane extends AutoCloseable {
    /** Asks what is behind an identifier of one of the forms that {@link #knows}. Never throws for want of an answer. */
    Finding find(ModelRef identifier);

    @Override
    void close();

    /**
     * Whether there is something to ask about an identifier. Not about one that names its model; not about imported models and
     * marketplace endpoints, which are paid by time whatever they are; not about prompts, which another service keeps.
     */
    static boolean knows(ModelRef identifier) {
        return switch (identifier) {
            case ModelRef.ApplicationProfile profile -> true;
            case ModelRef.ProvisionedModel provisioned -> true;
            case ModelRef.CustomModel custom -> true;
            case ModelRef.CustomModelDeployment deployment -> true;
            case ModelRef.PromptRouter router -> true;
            case ModelRef.FoundationModel model -> false;
            case ModelRef.SystemProfile profile -> false;
            case ModelRef.ImportedModel imported -> false;
            case ModelRef.MarketplaceEndpoint endpoint -> false;
            case ModelRef.Prompt prompt -> false;
            case ModelRef.NoModel none -> false;
            case ModelRef.Unrecognized unrecognized -> false;
        };
    }

    /**
     * Whether what is behind an identifier can change. A profile cannot be updated, nor the base of a custom model; where a
     * deployment, provisioned throughput or a router points can.
     */
    static boolean canChange(ModelRef identifier) {
        return !(identifier instanceof ModelRef.ApplicationProfile || identifier instanceof ModelRef.CustomModel);
    }
}
