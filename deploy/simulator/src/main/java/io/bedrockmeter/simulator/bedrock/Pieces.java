package io.bedrockmeter.simulator.bedrock;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Cuts a lazy run of bytes anew, into pieces of given sizes used in turn. Holds one piece at a time. */
final class Pieces implements Iterator<byte[]> {
    private static final byte[] NONE = {};

    private final Iterator<byte[]> source;
    private final List<Integer> sizes;
    private byte[] current = NONE;
    private int position;
    private int turn;

    Pieces(Iterator<byte[]> source, List<Integer> sizes) {
        this.source = source;
        this.sizes = sizes;
    }

    @Override
    public boolean hasNext() {
        while (position == current.length && source.hasNext()) {
            current = source.next();
            position = 0;
        }
        return position < current.length;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int size = sizes.get(turn++ % sizes.size());
        byte[] piece = new byte[size];
        int filled = 0;
        while (filled < size && hasNext()) {
            int part = Math.min(size - filled, current.length - position);
            System.arraycopy(current, position, piece, filled, part);
            position += part;
            filled += part;
        }
        return filled == size ? piece : Arrays.copyOf(piece, filled);
    }
}
