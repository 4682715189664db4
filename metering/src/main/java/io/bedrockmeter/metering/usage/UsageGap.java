package io.bedrockmeter.metering.usage;

/** Why a reading is not exact. The label is the {@code reason} in the ledger and on meters. */
public enum UsageGap {
    /** The answer was refused before anything was generated: a status other than 2xx. */
    NOT_SUCCESSFUL("not_successful"),
    /** A 2xx answer that says the operation does not exist: nothing was generated. */
    NOT_AN_INFERENCE("not_an_inference"),
    /** The answer ended as it should and held no usage. */
    NOT_REPORTED("not_reported"),
    /** The answer only says that a job was begun: what the job will consume follows from its request, if it ends well. */
    JOB_BEGUN("job_begun"),
    /** The job that the call is about was begun by another call, which is charged for it: this one is its repetition. */
    JOB_BEGUN_BEFORE("job_begun_before"),
    /** The request holds or points to audio or video that is billed by length, and nobody tells the length. */
    MEDIA_LENGTH_UNKNOWN("media_length_unknown"),
    /** Documents to be ranked are so long that they may be billed as several, and nobody tells as how many. */
    DOCUMENTS_MAY_BE_SPLIT("documents_may_be_split"),
    /**
     * A guardrail watched, and the answer does not tell its units: it does so only where the request asks for its trace. The
     * tokens are exact.
     */
    GUARDRAIL_NOT_TRACED("guardrail_not_traced"),
    /** The stream ended with an exception or an error frame. */
    STREAM_EXCEPTION("stream_exception"),
    /** The body ended early. */
    TRUNCATED("truncated"),
    /** A frame's checksum, length or headers were wrong. */
    CORRUPT_FRAME("corrupt_frame"),
    /** The JSON could not be read. */
    MALFORMED_JSON("malformed_json"),
    /** A count was negative, not a number, or beyond any possible call. */
    IMPLAUSIBLE_COUNT("implausible_count"),
    /** The reader itself failed; the response was relayed all the same. */
    READER_FAILED("reader_failed");

    private final String label;

    UsageGap(String label) {
        this.label = label;
    }

    /** The name in the ledger and on meters. */
    public String label() {
        return label;
    }
}
