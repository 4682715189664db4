package io.bedrockmeter.proxy.batch;

import java.time.Instant;
import java.util.List;

/**
 * Stands where Amazon Bedrock and S3 cannot be asked: every question fails. Jobs that are open then stay so.
 *
 * @param why why not, and the way out
 */
public record NoBatchSource(String why) implements BatchSource {
    @Override
    public BatchReport report(String arn) {
        throw refusal();
    }

    @Override
    public List<CreatedJob> createdSince(Instant since) {
        throw refusal();
    }

    @Override
    public List<String> keys(S3Place place) {
        throw refusal();
    }

    @Override
    public void read(S3Place object, LineSink lines) {
        throw refusal();
    }

    @Override
    public void close() {
        // There is nothing to close.
    }

    private BatchSourceException refusal() {
        return new BatchSourceException(why, null);
    }
}
