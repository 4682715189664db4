package io.bedrockmeter.proxy.route;

/** A kind of work that goes on after the call that began it. */
public enum JobKind {
    /** Of one request to a model, written to S3 with the proxy's own rights. */
    ASYNC_INVOCATION,
    /** Of a file of records, read from S3 and written there with a role that the request names. */
    BATCH
}
