package io.bedrockmeter.proxy.batch;

import java.time.Instant;
import java.util.List;

/** Where batch jobs and their files are. Its methods wait, and throw {@link BatchSourceException} where there is no answer. */
public interface BatchSource extends AutoCloseable {
    /** What is known of a job. */
    BatchReport report(String arn);

    /** The jobs that were created after a time, whoever created them. */
    List<CreatedJob> createdSince(Instant since);

    /** The keys that begin as a place does, in their order. */
    List<String> keys(S3Place place);

    /**
     * Reads an object line by line. If it throws, some lines may have been shown, never a part of one.
     *
     * @param lines shown each line
     */
    void read(S3Place object, LineSink lines);

    /** Takes the lines of an object, in their order. */
    interface LineSink {
        /** A line without its line break; it may be kept. */
        void line(byte[] line);

        /** A line that was too long to be held. */
        void tooLong();
    }

    @Override
    void close();
}
