package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.Commitment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.CommitmentDuration;
import software.amazon.awssdk.services.bedrock.model.CustomModelUnits;
import software.amazon.awssdk.services.bedrock.model.GetImportedModelResponse;
import software.amazon.awssdk.services.bedrock.model.ProvisionedModelStatus;
import software.amazon.awssdk.services.bedrock.model.ProvisionedModelSummary;

/** Capacity asked of Amazon Bedrock through the AWS SDK. Thread-safe. */
public final class AwsCapacitySource implements CapacitySource {
    /** What is being created, or could not be, serves nothing yet. */
    private static final Set<ProvisionedModelStatus> CAN_BE_CALLED =
            EnumSet.of(ProvisionedModelStatus.IN_SERVICE, ProvisionedModelStatus.UPDATING);

    private final BedrockClient client;
    private final String region;

    /**
     * Asks by a client that somebody else closes.
     *
     * @param region what the client is for
     */
    public AwsCapacitySource(BedrockClient client, String region) {
        this.client = client;
        this.region = region;
    }

    @Override
    public List<Found> provisioned() {
        return ask(
                "bedrock:ListProvisionedModelThroughputs",
                () ->
                        client
                                .listProvisionedModelThroughputsPaginator(request -> {})
                                .provisionedModelSummaries()
                                .stream()
                                .filter(each -> CAN_BE_CALLED.contains(each.status()))
                                .map(this::found)
                                .toList());
    }

    @Override
    public Imported imported(String arn) {
        return ask("bedrock:GetImportedModel", () -> {
            GetImportedModelResponse model = client.getImportedModel(request -> request.modelIdentifier(arn));
            CustomModelUnits units = model.customModelUnits();
            if (units == null || units.customModelUnitsPerModelCopy() == null) {
                throw SdkException.create("it does not tell the custom model units of " + arn, null);
            }
            return new Imported(
                    String.valueOf(model.modelArchitecture()),
                    String.valueOf(units.customModelUnitsVersion()),
                    units.customModelUnitsPerModelCopy());
        });
    }

    private Found found(ProvisionedModelSummary summary) {
        Holding.Terms terms = new Holding.Terms(
                summary.foundationModelArn(),
                ModelRef.parse(summary.modelArn()) instanceof ModelRef.CustomModel,
                summary.modelUnits(),
                commitment(summary.commitmentDuration()),
                region,
                summary.commitmentExpirationTime());
        return new Found(summary.provisionedModelArn(), terms, summary.creationTime());
    }

    private static Commitment commitment(@Nullable CommitmentDuration duration) {
        if (duration == null) {
            return Commitment.NONE;
        }
        return switch (duration) {
            case ONE_MONTH -> Commitment.ONE_MONTH;
            case SIX_MONTHS -> Commitment.SIX_MONTHS;
            case UNKNOWN_TO_SDK_VERSION -> throw SdkException.create("it tells of an unknown commitment", null);
        };
    }

    private static <T> T ask(String action, Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            throw new CapacitySourceException(String.valueOf(e.getMessage()), action, e);
        }
    }
}
