package io.bedrockmeter.simulator.bedrock;

import java.time.Instant;

/** Who called when, and the id the service gave to the request. */
record Caller(String requestId, Instant at, String accessKey) {}
