package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Endpoint;
import java.time.Instant;

/** Who called which host when, and the id the service gave to the request. */
record Caller(String requestId, Instant at, String accessKey, Endpoint endpoint) {}
