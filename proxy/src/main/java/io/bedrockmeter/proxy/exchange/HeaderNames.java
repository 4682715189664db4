package io.bedrockmeter.proxy.exchange;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed set of names of headers, which are the same in whatever case they come. Immutable. */
final class HeaderNames {
    /*
     * An open-addressed table that is at least half empty. Names that the codec decoded, and ours, remember their hash, so
     * that asking costs a comparison where the name is in the set, and mostly nothing where it is not.
     */
    private final @Nullable AsciiString[] table;

    private HeaderNames(@Nullable AsciiString[] table) {
        this.table = table;
    }

    /** The set of these names, all in lower case. */
    static HeaderNames of(String... names) {
        @Nullable AsciiString[] table = new @Nullable AsciiString[Integer.highestOneBit(names.length) * 4];
        for (String name : names) {
            AsciiString cached = AsciiString.cached(name);
            int slot = slotOf(cached, table.length);
            while (table[slot] != null) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = cached;
        }
        return new HeaderNames(table);
    }

    /** The name as it is in the set; null if it is not. */
    @Nullable
    AsciiString find(CharSequence name) {
        int slot = slotOf(name, table.length);
        for (AsciiString found = table[slot]; found != null; found = table[slot]) {
            if (found.contentEqualsIgnoreCase(name)) {
                return found;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return null;
    }

    private static int slotOf(CharSequence name, int length) {
        int hash = AsciiString.hashCode(name);
        return (hash ^ (hash >>> 16)) & (length - 1);
    }

    @Override
    public String toString() {
        return Arrays.toString(table);
    }
}
