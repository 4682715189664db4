package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Server-sent events. Anthropic's have their name before their data, those of responses behind it, as seen on mantle; chat
 * completions have data only and a last line of their own.
 */
final class SseEncoding implements Encoding {
    private static final byte[] NOTHING = {};
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Operation operation;
    private final String requestId;

    SseEncoding(Operation operation, String requestId) {
        this.operation = operation;
        this.requestId = requestId;
    }

    @Override
    public byte[] event(Event event, long number) {
        String data = "data: " + event.payload() + "\n";
        String text = event.type().equals(Event.UNNAMED)
                ? data
                : operation == Operation.RESPONSES
                        ? data + "event: " + event.type() + "\n"
                        : "event: " + event.type() + "\n" + data;
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] exception(Fault fault) {
        String message = fault.message() == null ? "The stream failed." : fault.message();
        return switch (operation) {
            case MESSAGES ->
                event(new Event("error", Errors.anthropic(ErrorAnswer.of(status(fault), "", message), requestId)), 0);
            case RESPONSES -> event(new Event("response.failed", failedResponse(message)), 0);
            default -> {
                ObjectNode payload = JsonNodeFactory.instance.objectNode();
                payload.putObject("error")
                        .put("code", fault.type() == null ? "internal_server_error" : fault.type())
                        .put("message", message)
                        .put("type", "server_error");
                yield event(new Event(Event.UNNAMED, payload), 0);
            }
        };
    }

    @Override
    public void corrupt(byte[] event) {
        // The first brace of the data is not JSON any more.
        for (int index = 0; index < event.length; index++) {
            if (event[index] == '{') {
                event[index] = '!';
                return;
            }
        }
    }

    @Override
    public byte[] end() {
        return operation == Operation.CHAT_COMPLETIONS ? DONE : NOTHING;
    }

    private static ObjectNode failedResponse(String message) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        ObjectNode response = payload.putObject("response").put("object", "response");
        response.put("status", "failed").putNull("usage");
        response.putObject("error").put("code", "server_error").put("message", message);
        return payload.put("type", "response.failed");
    }

    private static int status(Fault fault) {
        return "overloaded_error".equals(fault.type()) ? 529 : 500;
    }
}
