package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.batch.BatchTotals;
import io.bedrockmeter.metering.usage.WireFormat;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.GetModelInvocationJobResponse;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobInputDataConfig;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobOutputDataConfig;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Batch jobs asked of Amazon Bedrock, and their files of S3, through the AWS SDK. Thread-safe. */
public final class AwsBatchSource implements BatchSource {
    /** Bedrock takes requests of 25 MB; a record holds one and its answer, which may have pictures in it. */
    private static final int LINE_BYTES_MAX = 64 << 20;

    private static final int JOBS_A_PAGE = 100;

    private final BedrockClient bedrock;
    private final S3Client s3;

    /** Asks by these clients, which are closed with this. */
    public AwsBatchSource(BedrockClient bedrock, S3Client s3) {
        this.bedrock = bedrock;
        this.s3 = s3;
    }

    @Override
    public BatchReport report(String arn) {
        return ask("batch job " + arn, () -> {
            GetModelInvocationJobResponse job = bedrock.getModelInvocationJob(get -> get.jobIdentifier(arn));
            if (!arn.equals(job.jobArn()) || job.statusAsString() == null) {
                throw new BatchSourceException(
                        "the answer to a question about batch job " + arn + " is about '" + job.jobArn() + "', status '"
                                + job.statusAsString() + "'; is upstream.control-endpoint the control plane?",
                        null);
            }
            return report(job);
        });
    }

    @Override
    public List<CreatedJob> createdSince(Instant since) {
        return ask(
                "list of batch jobs",
                () -> bedrock
                        .listModelInvocationJobsPaginator(
                                list -> list.submitTimeAfter(since).maxResults(JOBS_A_PAGE))
                        .invocationJobSummaries()
                        .stream()
                        .map(job -> new CreatedJob(job.jobArn(), job.clientRequestToken(), job.submitTime()))
                        .toList());
    }

    @Override
    public List<String> keys(S3Place place) {
        return ask(
                "list of " + place,
                () ->
                        s3
                                .listObjectsV2Paginator(
                                        list -> list.bucket(place.bucket()).prefix(place.key()))
                                .contents()
                                .stream()
                                .map(S3Object::key)
                                .toList());
    }

    @Override
    public void read(S3Place object, LineSink lines) {
        ask("object " + object, () -> {
            try (ResponseInputStream<GetObjectResponse> in =
                    s3.getObject(get -> get.bucket(object.bucket()).key(object.key()))) {
                Lines.read(in, in.response().contentLength(), LINE_BYTES_MAX, lines);
                return object;
            } catch (IOException e) {
                throw new BatchSourceException("the object " + object + " broke off: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void close() {
        bedrock.close();
        s3.close();
    }

    private static BatchReport report(GetModelInvocationJobResponse job) {
        ModelInvocationJobInputDataConfig input = job.inputDataConfig();
        ModelInvocationJobOutputDataConfig output = job.outputDataConfig();
        boolean isConverse = job.modelInvocationType() == ModelInvocationType.CONVERSE;
        Instant ended = job.endTime() == null ? job.lastModifiedTime() : job.endTime();
        return new BatchReport(
                job.statusAsString(),
                isConverse ? WireFormat.CONVERSE_JSON : WireFormat.INVOKE_JSON,
                input == null || input.s3InputDataConfig() == null
                        ? null
                        : S3Place.parse(input.s3InputDataConfig().s3Uri()),
                output == null || output.s3OutputDataConfig() == null
                        ? null
                        : S3Place.parse(output.s3OutputDataConfig().s3Uri()),
                new BatchTotals(
                        count(job.totalRecordCount()),
                        count(job.successRecordCount()),
                        count(job.errorRecordCount()),
                        BatchTotals.UNTOLD,
                        BatchTotals.UNTOLD),
                ended);
    }

    private static long count(@Nullable Long told) {
        return told == null || told < 0 ? BatchTotals.UNTOLD : told;
    }

    private static <T> T ask(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            throw new BatchSourceException("the " + what + " cannot be had: " + e.getMessage(), e);
        }
    }
}
