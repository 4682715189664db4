package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.proxy.upstream.UpstreamConnection;
import io.netty.handler.codec.http.HttpHeaders;

/** Where an exchange stands. Each state holds what is known there, and nothing else. */
sealed interface ExchangeState {
    /** The call is admitted, and its intent is on its way to the disk. */
    record RecordingIntent(AdmittedCall call, String target, RequestCollector body) implements Unsettled, Resting {}

    /** The intent is durable and the request signed; a connection is being opened or taken. */
    record Connecting(AdmittedCall call, String target, RequestCollector body, HttpHeaders headers)
            implements Unsettled {}

    /** The request is being sent, or has been, and there is no answer yet. */
    record AwaitingHead(AdmittedCall call, UpstreamConnection upstream, RequestCollector body) implements Forwarded {}

    /** The answer is passing through. */
    record Relaying(AdmittedCall call, UpstreamConnection upstream, Tee tee) implements Forwarded {}

    /** The answer is whole, and it is being found out whom it is about. */
    record Reviewing(AdmittedCall call, Tee tee) implements Unsettled {}

    /** The call is over and its entry is on its way to the disk. */
    record Settling() implements Resting {}

    /** Nothing more will happen. */
    record Finished() implements Resting {}

    /** The call is admitted and its entry not begun: whatever ends it, once its intent is durable, must settle it. */
    sealed interface Unsettled extends ExchangeState {
        AdmittedCall call();
    }

    /** An upstream has the call. */
    sealed interface Forwarded extends Unsettled {
        UpstreamConnection upstream();
    }

    /** The disk has the word, or nobody any more: what happens on either side ends nothing now. */
    sealed interface Resting extends ExchangeState {}
}
