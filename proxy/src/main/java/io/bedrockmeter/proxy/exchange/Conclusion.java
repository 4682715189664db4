package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Settlement;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.usage.UsageReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do once a call's entry is durable: how its caller hears the end.
 *
 * @param settlement what the call came to
 * @param ending how it ended
 * @param relay the answer in passing; null if none had begun
 * @param insteadOfAnswer what a caller is told who has been sent nothing yet; null if the answer is, should it be whole; owned
 * @param style the form in which the caller expects an error
 * @param bytesToFrameEnd where the stream stands, see {@link UsageReader#bytesToFrameEnd}
 * @param callersFault what its caller did wrong to end it; null if the end is not the caller's fault
 */
record Conclusion(
        Settlement settlement,
        Ending ending,
        @Nullable ResponseRelay relay,
        @Nullable FullHttpResponse insteadOfAnswer,
        ErrorStyle style,
        int bytesToFrameEnd,
        @Nullable String callersFault) {
    /** A broken frame longer than this is not completed; the connection is reset. */
    private static final int FAKED_BYTES_MAX = 1 << 20;

    /** How a caller hears the end. */
    enum Farewell {
        /** Nobody listens. */
        NONE,
        /** With the rest of the answer. */
        REST_OF_ANSWER,
        /** With an answer of the proxy's own. */
        ERROR_ANSWER,
        /** With a frame that SDKs raise as an exception. */
        EXCEPTION_FRAME,
        /** With a server-sent event that SDKs raise as an error. */
        ERROR_EVENT,
        /**
         * With the broken frame completed by zeros, whose checksum no decoder accepts. A mere end would do over HTTP/1.1, but
         * an SDK takes the reset of an HTTP/2 stream for its proper end.
         */
        BROKEN_FRAME,
        /** With a reset of the connection or the stream. */
        RESET
    }

    /**
     * Lets the caller hear the end.
     *
     * @param clientLeft whether nobody listens
     * @param recorded whether the entry is durable
     * @param requestWhole whether the caller has sent all of its request
     * @param answers the proxy's own answers
     */
    void tell(ClientSide client, boolean clientLeft, boolean recorded, boolean requestWhole, ErrorAnswers answers) {
        Farewell farewell = farewell(clientLeft, recorded);
        release(farewell);
        switch (farewell) {
            case NONE -> {}
            case ERROR_ANSWER ->
                client.answer(
                        insteadOfAnswer != null
                                ? insteadOfAnswer
                                : answers.unavailable("The call could not be recorded."),
                        requestWhole);
            case RESET -> client.breakOff();
            case REST_OF_ANSWER -> {
                sendRest();
                client.done(requestWhole);
            }
            case EXCEPTION_FRAME -> {
                sendExceptionFrame(client);
                client.done(requestWhole);
            }
            case ERROR_EVENT -> {
                sendErrorEvent(client);
                client.done(requestWhole);
            }
            case BROKEN_FRAME -> {
                sendBrokenFrame(client);
                client.done(requestWhole);
            }
        }
    }

    /** Decides. */
    Farewell farewell(boolean clientLeft, boolean recorded) {
        if (clientLeft) {
            return Farewell.NONE;
        }
        if (relay == null || !relay.started()) {
            return relay != null && recorded && ending == Ending.COMPLETE && insteadOfAnswer == null
                    ? Farewell.REST_OF_ANSWER
                    : Farewell.ERROR_ANSWER;
        }
        if (recorded && ending == Ending.COMPLETE) {
            return Farewell.REST_OF_ANSWER;
        }
        if (!relay.isOpenEnded()) {
            // Whatever followed would be read as the next answer.
            return Farewell.RESET;
        }
        if (style != ErrorStyle.AWS) {
            return Farewell.ERROR_EVENT;
        }
        if (bytesToFrameEnd == 0) {
            return Farewell.EXCEPTION_FRAME;
        }
        return bytesToFrameEnd > 0 && bytesToFrameEnd <= FAKED_BYTES_MAX ? Farewell.BROKEN_FRAME : Farewell.RESET;
    }

    /** Lets go of whatever a farewell does not use. */
    private void release(Farewell farewell) {
        if (relay != null && farewell != Farewell.REST_OF_ANSWER) {
            relay.discard();
        }
        if (insteadOfAnswer != null && farewell != Farewell.ERROR_ANSWER) {
            insteadOfAnswer.release();
        }
    }

    /** Sends what was kept back of the answer, and its end. */
    private void sendRest() {
        if (relay != null) {
            relay.complete(settlement);
        }
    }

    /** Ends a stream that stands between two frames. */
    private void sendExceptionFrame(ClientSide client) {
        end(
                client,
                callersFault == null
                        ? ExceptionFrame.internalServerException(client.allocator(), brokenMessage())
                        : ExceptionFrame.validationException(client.allocator(), callersFault));
    }

    /** Ends a stream of server-sent events, wherever it stands. */
    private void sendErrorEvent(ClientSide client) {
        end(client, Unpooled.wrappedBuffer(style.lastEvent(brokenMessage(), attemptId())));
    }

    /** Ends a stream that stands inside of a frame. */
    private void sendBrokenFrame(ClientSide client) {
        end(client, client.allocator().buffer(bytesToFrameEnd).writeZero(bytesToFrameEnd));
    }

    private String brokenMessage() {
        return "The stream broke before its end. Attempt " + attemptId() + ".";
    }

    private String attemptId() {
        return settlement.entry().intent().attemptId();
    }

    private static void end(ClientSide client, ByteBuf last) {
        client.write(new DefaultHttpContent(last));
        client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        client.flush();
    }
}
