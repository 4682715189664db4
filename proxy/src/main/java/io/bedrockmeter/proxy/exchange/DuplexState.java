package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.upstream.UpstreamStream;
import io.netty.handler.codec.http.HttpHeaders;

/** Where an exchange in both directions stands. Each state holds what is known there, and nothing else. */
sealed interface DuplexState {
    /** The call is admitted, and its intent is on its way to the disk. */
    record RecordingIntent(AdmittedCall call, String target) implements Unsettled, Resting {}

    /** The intent is durable and the head signed; a connection is being opened. */
    record Connecting(AdmittedCall call, String target, HttpHeaders headers, FrameSigner signer) implements Unsettled {}

    /** The caller may be talking already, and there is no answer yet. */
    record AwaitingHead(AdmittedCall call, String target, UpstreamStream upstream, FrameRelay frames)
            implements Talking {}

    /** Both sides may be talking. */
    record Relaying(AdmittedCall call, UpstreamStream upstream, FrameRelay frames, Tee tee) implements Talking {}

    /** The call is over and its entry is on its way to the disk. */
    record Settling() implements Resting {}

    /** Nothing more will happen. */
    record Finished() implements Resting {}

    /** The call is admitted and its entry not begun: whatever ends it, once its intent is durable, must settle it. */
    sealed interface Unsettled extends DuplexState {
        AdmittedCall call();
    }

    /** Frames are passing. */
    sealed interface Talking extends Unsettled {
        UpstreamStream upstream();

        FrameRelay frames();
    }

    /** The disk has the word, or nobody any more: what happens on either side ends nothing now. */
    sealed interface Resting extends DuplexState {}
}
