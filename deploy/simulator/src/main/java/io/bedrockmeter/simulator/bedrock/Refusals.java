package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.sigv4.Verdict;
import io.bedrockmeter.simulator.truth.TruthEntry;

/** The answers to requests that nothing is generated for, and the lines of truth that bill nothing. Stateless. */
record Refusals(Bills bills) {
    /** A path that nothing is served at. Below {@code /anthropic} the runtime says so with status 200. */
    Answer unknown(Caller caller, Received request) {
        String path = request.path();
        if (path.equals("/anthropic/v1/messages/batches")) {
            return answer(
                    Errors.render(
                            caller,
                            ErrorAnswer.of(403, "AccessDeniedException", "Authorization header is missing"),
                            Errors.CORAL),
                    bills.refused(caller, "", "", 403));
        }
        boolean messages = path.startsWith("/anthropic/");
        int status = messages ? 200 : 404;
        String operation =
                path.equals("/anthropic/v1/messages/count_tokens") ? Operation.MESSAGES_COUNT_TOKENS.apiName() : "";
        return answer(
                Errors.render(caller, Errors.unknownOperation(status), Errors.CORAL),
                bills.refused(caller, operation, "", status));
    }

    /** A request whose signature or key does not hold, in the form of the interface that it is for. */
    Answer unauthorised(Caller caller, Received request, Verdict.Refused refused) {
        ErrorAnswer error = ErrorAnswer.of(403, refused.errorType(), refused.message());
        Dialect dialect =
                Route.of(request).map(route -> route.operation().dialect()).orElse(Dialect.AWS);
        Errors.Rendered rendered = dialect == Dialect.AWS
                ? Errors.render(caller, error, Errors.CORAL)
                : Errors.render(caller, ErrorAnswer.of(401, refused.errorType(), refused.message()), dialect);
        return answer(rendered, bills.refused(caller, "", "", rendered.head().status()));
    }

    /** An operation that is known and refuses the call. */
    Answer refused(Caller caller, Route route, ErrorAnswer error) {
        return answer(
                Errors.render(caller, error, route.operation().dialect()),
                bills.refused(caller, route.operation().apiName(), route.modelId(), error.status()));
    }

    private static Answer answer(Errors.Rendered rendered, TruthEntry truth) {
        return new Answer(rendered.head(), rendered.body(), Answer.Cut.NONE, Answer.Timing.NONE, truth);
    }
}
