package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A response on the wire, to be read whole or in pieces. */
record Wire(
        WireFormat format,
        ModelRef model,
        RequestFacts request,
        int status,
        Map<String, String> headers,
        ByteBuffer body) {

    UsageReader open() {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        return UsageReaders.open(format, model, request, new ResponseHead() {
            @Override
            public int status() {
                return status;
            }

            @Override
            public @Nullable String header(String name) {
                return byName.get(name);
            }
        });
    }

    int length() {
        return body.remaining();
    }

    UsageReading whole() {
        return cutAt(0);
    }

    /** Read in pieces of so many bytes, in direct buffers. */
    UsageReading pieces(int size) {
        UsageReader reader = open();
        ByteBuffer piece = ByteBuffer.allocateDirect(size);
        for (int from = 0; from < length(); from += size) {
            piece.clear().put(body.slice(from, Math.min(size, length() - from))).flip();
            reader.read(piece);
        }
        return reader.finish(true);
    }

    /** Read in two pieces. */
    UsageReading cutAt(int index) {
        UsageReader reader = open();
        reader.read(body.slice(0, index));
        reader.read(body.slice(index, length() - index));
        return reader.finish(true);
    }

    /** Read up to an index, where the connection breaks. */
    UsageReading brokenAt(int index) {
        UsageReader reader = open();
        reader.read(body.slice(0, index));
        return reader.finish(false);
    }
}
