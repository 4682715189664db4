package io.bedrockmeter.metering.json;

import java.nio.charset.StandardCharsets;

/**
 * Finds where one member of a JSON object stands, while the document passes in pieces cut anywhere. Constant memory. Confined to
 * one thread; never throws on any input.
 *
 * <p>Only the object's own members are looked at; their values are passed over as {@link JsonScanner} does it. Names are compared
 * after their escapes are resolved, so that no spelling of a name is missed.
 */
public final class MemberFinder {
    private enum State {
        START,
        NAME_OR_END,
        NAME,
        IN_NAME,
        COLON,
        VALUE,
        IN_VALUE,
        IN_SCALAR,
        AFTER_VALUE,
        END,
        NO_OBJECT
    }

    /** Where the member is. Offsets count bytes from the document's first. */
    public sealed interface Found {}

    /**
     * It is there once.
     *
     * @param from offset of its value's first byte
     * @param to offset behind its value's last
     */
    public record Once(long from, long to) implements Found {}

    /**
     * It is not there.
     *
     * @param first offset behind the object's opening brace
     * @param isEmpty whether the object has no other member either
     */
    public record Absent(long first, boolean isEmpty) implements Found {}

    /** It is there more than once: which one holds is for its reader to choose. */
    public record Repeated() implements Found {}

    /** The document is no JSON object, or not all of one. */
    public record NoObject() implements Found {}

    private final byte[] wanted;
    private final JsonToken name = new JsonToken();
    private final SkippedValue value = new SkippedValue();

    private State state = State.START;
    private long passed;
    private long first;
    private boolean isEmpty = true;
    private boolean isWanted;
    private int found;
    private long from;
    private long to;

    /** A finder at the beginning of a document; the name is of ASCII. */
    public MemberFinder(String name) {
        this.wanted = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Shows the next bytes of the document. */
    public void feed(byte[] bytes, int start, int end) {
        long offset = passed - start;
        int i = start;
        while (i < end) {
            i = switch (state) {
                case START -> start(bytes[i], i, offset);
                case NAME_OR_END, NAME -> beforeName(bytes[i], i);
                case IN_NAME -> inName(bytes, i, end);
                case COLON -> colon(bytes[i], i);
                case VALUE -> value(bytes[i], i, offset);
                case IN_VALUE -> inValue(bytes, i, end, offset);
                case IN_SCALAR -> inScalar(bytes, i, end, offset);
                case AFTER_VALUE -> afterValue(bytes[i], i);
                case END -> expect(isSpace(bytes[i]), State.END, i);
                case NO_OBJECT -> end;
            };
        }
        passed += end - start;
    }

    /** Ends the document. */
    public Found finish() {
        if (state != State.END) {
            return new NoObject();
        }
        return switch (found) {
            case 0 -> new Absent(first, isEmpty);
            case 1 -> new Once(from, to);
            default -> new Repeated();
        };
    }

    private int expect(boolean isRight, State then, int i) {
        state = isRight ? then : State.NO_OBJECT;
        return i + 1;
    }

    private int start(byte c, int i, long offset) {
        if (isSpace(c)) {
            return i + 1;
        }
        first = offset + i + 1;
        return expect(c == '{', State.NAME_OR_END, i);
    }

    private int beforeName(byte c, int i) {
        if (isSpace(c)) {
            return i + 1;
        }
        if (c == '}') {
            return expect(state == State.NAME_OR_END, State.END, i);
        }
        isEmpty = false;
        name.clear();
        return expect(c == '"', State.IN_NAME, i);
    }

    private int inName(byte[] bytes, int i, int end) {
        int quote = name.string(bytes, i, end);
        if (quote == end) {
            return end;
        }
        isWanted = name.is(wanted);
        state = State.COLON;
        return quote + 1;
    }

    private int colon(byte c, int i) {
        return isSpace(c) ? i + 1 : expect(c == ':', State.VALUE, i);
    }

    private int value(byte c, int i, long offset) {
        if (isSpace(c)) {
            return i + 1;
        }
        if (isWanted) {
            found = Math.min(found + 1, 2);
            from = offset + i;
        }
        if (JsonToken.beginsScalar(c)) {
            state = State.IN_SCALAR;
            return i;
        }
        value.begin(c);
        return expect(c == '"' || c == '{' || c == '[', State.IN_VALUE, i);
    }

    private int inValue(byte[] bytes, int i, int end, long offset) {
        int behind = value.pass(bytes, i, end);
        if (value.isTooDeep()) {
            state = State.NO_OBJECT;
            return end;
        }
        if (value.isOver()) {
            valueEnds(offset + behind);
        }
        return behind;
    }

    private int inScalar(byte[] bytes, int i, int end, long offset) {
        int behind = JsonToken.scalarEnd(bytes, i, end);
        if (behind < end) {
            valueEnds(offset + behind);
        }
        return behind;
    }

    private void valueEnds(long behind) {
        if (isWanted) {
            to = behind;
        }
        state = State.AFTER_VALUE;
    }

    private int afterValue(byte c, int i) {
        if (isSpace(c)) {
            return i + 1;
        }
        return expect(c == ',' || c == '}', c == ',' ? State.NAME : State.END, i);
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
