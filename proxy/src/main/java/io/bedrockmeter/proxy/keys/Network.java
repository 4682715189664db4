package io.bedrockmeter.proxy.keys;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/** Addresses that begin with the same bits, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. Immutable. */
public final class Network {
    private final String text;
    private final byte[] first;
    private final int bits;

    private Network(String text, byte[] first, int bits) {
        this.text = text;
        this.first = first;
        this.bits = bits;
    }

    /**
     * Reads a network; an address alone is a network of one.
     *
     * @throws IllegalArgumentException if it is none; the message reads on after the text
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("is not a network; write 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
        }
        int all = address.length * Byte.SIZE;
        int bits = slash < 0 ? all : prefixLength(text.substring(slash + 1), all);
        byte[] first = address.clone();
        clearFrom(first, bits);
        if (!Arrays.equals(first, address)) {
            throw new IllegalArgumentException(
                    "has bits set behind its first " + bits + "; clear them or write a longer prefix");
        }
        return new Network(text, first, bits);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Whether an address is one of them. */
    public boolean contains(InetAddress candidate) {
        byte[] bytes = candidate.getAddress();
        clearFrom(bytes, bits);
        return Arrays.equals(bytes, first);
    }

    private static int prefixLength(String digits, int max) {
        try {
            int length = Integer.parseInt(digits);
            if (length >= 0 && length <= max && digits.charAt(0) != '+') {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("has no number of bits behind its slash; write 10.0.0.0/8", e);
        }
        throw new IllegalArgumentException("has a number of bits that is not between 0 and " + max);
    }

    private static void clearFrom(byte[] address, int bits) {
        for (int bit = bits; bit < address.length * Byte.SIZE; bit++) {
            address[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && bits == that.bits && Arrays.equals(first, that.first);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(first) * 31 + bits;
    }

    @Override
    public String toString() {
        return text;
    }
}
