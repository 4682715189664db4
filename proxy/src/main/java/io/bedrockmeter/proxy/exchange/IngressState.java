package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.auth.SignedBody;
import io.bedrockmeter.proxy.route.Route;
import io.netty.handler.codec.http.FullHttpResponse;
import org.jspecify.annotations.Nullable;

/** Where a request stands that is not admitted yet. Each state holds what is known there, and nothing else. */
sealed interface IngressState {
    /** There is its head. */
    record Head() implements IngressState {}

    /** Its body is arriving; {@code signed} says whether it is the one that its caller signed, null if none was. */
    record Receiving(
            Caller caller,
            Route.Found route,
            RequestCollector body,
            @Nullable SignedBody signed) implements IngressState {}

    /** It is refused; the rest of its body is thrown away so that the answer can be read. */
    record Refusing(FullHttpResponse answer) implements IngressState {}

    /** It is answered, given up, or handed over: nothing more will happen here. */
    record Finished() implements IngressState {}
}
