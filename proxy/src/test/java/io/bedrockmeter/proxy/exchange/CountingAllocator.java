package io.bedrockmeter.proxy.exchange;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Buffers that count how many of their bytes are read, written or moved, whoever does it. For one thread. */
final class CountingAllocator extends AbstractByteBufAllocator {
    private long touched;

    /** How many bytes were touched until now, each as often as it was. */
    long touched() {
        return touched;
    }

    /** A buffer with these bytes, which are not counted. */
    ByteBuf of(byte[] bytes) {
        return new Counting(bytes);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Counting(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counting(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Counting extends UnpooledHeapByteBuf {
        Counting(int initialCapacity, int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
        }

        Counting(byte[] bytes) {
            super(CountingAllocator.this, bytes, bytes.length);
        }

        @Override
        public ByteBuf capacity(int newCapacity) {
            touched += Math.min(capacity(), newCapacity);
            return super.capacity(newCapacity);
        }

        /** Whoever takes the array can touch all of it, and is taken to touch what can be read. */
        @Override
        public byte[] array() {
            touched += readableBytes();
            return super.array();
        }

        @Override
        protected byte _getByte(int index) {
            touched++;
            return super._getByte(index);
        }

        @Override
        protected int _getInt(int index) {
            touched += Integer.BYTES;
            return super._getInt(index);
        }

        @Override
        protected int _getIntLE(int index) {
            touched += Integer.BYTES;
            return super._getIntLE(index);
        }

        @Override
        protected long _getLong(int index) {
            touched += Long.BYTES;
            return super._getLong(index);
        }

        @Override
        protected long _getLongLE(int index) {
            touched += Long.BYTES;
            return super._getLongLE(index);
        }

        @Override
        protected void _setByte(int index, int value) {
            touched++;
            super._setByte(index, value);
        }

        @Override
        public ByteBuf getBytes(int index, ByteBuf to, int at, int length) {
            touched += length;
            return super.getBytes(index, to, at, length);
        }

        @Override
        public ByteBuf getBytes(int index, byte[] to, int at, int length) {
            touched += length;
            return super.getBytes(index, to, at, length);
        }

        @Override
        public ByteBuf setBytes(int index, ByteBuf from, int at, int length) {
            touched += length;
            return super.setBytes(index, from, at, length);
        }

        @Override
        public ByteBuf setBytes(int index, byte[] from, int at, int length) {
            touched += length;
            return super.setBytes(index, from, at, length);
        }
    }
}
