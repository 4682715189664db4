package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.upstream.UpstreamConnection;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;

/** Where an exchange stands. Each state holds what is known there, and nothing else. */
sealed interface ExchangeState {
    /** The request's body is arriving. */
    record Receiving(Caller caller, Route.Found route, RequestCollector body) implements ExchangeState {}

    /** The request is refused; the rest of its body is thrown away so that the answer can be read. */
    record Refusing(FullHttpResponse answer) implements ExchangeState {}

    /** The call is admitted, and its intent is on its way to the disk. */
    record RecordingIntent(AdmittedCall call, String target, RequestCollector body) implements ExchangeState {}

    /** The intent is durable and the request signed; a connection is being opened or taken. */
    record Connecting(AdmittedCall call, String target, RequestCollector body, HttpHeaders headers)
            implements ExchangeState {}

    /** The request is being sent, or has been, and there is no answer yet. */
    record AwaitingHead(AdmittedCall call, UpstreamConnection upstream, RequestCollector body)
            implements ExchangeState {}

    /** The answer is passing through. */
    record Relaying(AdmittedCall call, UpstreamConnection upstream, UsageReader reader, ResponseRelay relay)
            implements ExchangeState {}

    /** The call is over and its entry is on its way to the disk. */
    record Settling() implements ExchangeState {}

    /** Nothing more will happen. */
    record Finished() implements ExchangeState {}
}
