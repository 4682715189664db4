package io.bedrockmeter.metering.batch;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One line of what a batch job read or wrote: where in its bytes the request and its answer are. Neither is taken apart here. A view of
 * the line that it was read from.
 *
 * @param input the request as its model takes it; null if there is none
 * @param output the answer as its model gives it; null if there is none
 * @param isError whether the record says that it failed
 */
record RecordLine(@Nullable ByteBuffer input, @Nullable ByteBuffer output, boolean isError) {
    private static final JsonFactory JSON = new JsonFactory();

    private static final String INPUT = "modelInput";
    private static final String OUTPUT = "modelOutput";
    private static final String ERROR = "error";

    /** Finds the parts of a line; null if it is not one JSON object. */
    static @Nullable RecordLine of(byte[] line) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            RecordLine found = members(parser, line);
            return parser.nextToken() == null ? found : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    private static RecordLine members(JsonParser parser, byte[] line) {
        ByteBuffer input = null;
        ByteBuffer output = null;
        boolean isError = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            int to = (int) parser.currentLocation().getByteOffset();
            if (isObject && name.equals(INPUT)) {
                input = ByteBuffer.wrap(line, from, to - from);
            } else if (isObject && name.equals(OUTPUT)) {
                output = ByteBuffer.wrap(line, from, to - from);
            } else {
                isError |= isObject && name.equals(ERROR);
            }
        }
        return new RecordLine(input, output, isError);
    }
}
