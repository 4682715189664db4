package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.upstream.UpstreamStream;
import io.netty.handler.codec.http.HttpHeaders;

/** Where an exchange in both directions stands. Each state holds what is known there, and nothing else. */
sealed interface DuplexState {
    /** The call is admitted, and its intent is on its way to the disk. */
    record RecordingIntent(AdmittedCall call, String target) implements DuplexState {}

    /** The intent is durable and the head signed; a connection is being opened. */
    record Connecting(AdmittedCall call, String target, HttpHeaders headers, FrameSigner signer)
            implements DuplexState {}

    /** Frames are passing. */
    sealed interface Talking extends DuplexState {
        AdmittedCall call();

        UpstreamStream upstream();

        FrameRelay frames();
    }

    /** The caller may be talking already, and there is no answer yet. */
    record AwaitingHead(AdmittedCall call, UpstreamStream upstream, FrameRelay frames) implements Talking {}

    /** Both sides may be talking. */
    record Relaying(
            AdmittedCall call, UpstreamStream upstream, FrameRelay frames, UsageReader reader, ResponseRelay relay)
            implements Talking {}

    /** The call is over and its entry is on its way to the disk. */
    record Settling() implements DuplexState {}

    /** Nothing more will happen. */
    record Finished() implements DuplexState {}
}
