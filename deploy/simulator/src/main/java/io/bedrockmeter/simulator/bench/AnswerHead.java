package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The head of an answer, as bytes, in which only the request id differs from one answer to the next. */
final class AnswerHead {
    private static final String REQUEST_ID = "00000000-0000-4000-8000-000000000000";
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);
    private static final int DIGITS_COUNTED = 12;

    private final byte[] bytes;
    private final int requestIdEnd;

    /**
     * @param status the rest of the status line, {@code 200 OK}
     * @param fields header fields, each with its line end
     */
    AnswerHead(String status, String fields) {
        String text = "HTTP/1.1 " + status + "\r\nDate: Wed, 25 Nov 2026 12:00:00 GMT\r\nx-amzn-RequestId: "
                + REQUEST_ID + "\r\n" + fields + "\r\n";
        this.bytes = text.getBytes(US_ASCII);
        this.requestIdEnd = text.indexOf(REQUEST_ID) + REQUEST_ID.length();
    }

    /** A new buffer with the head of answer {@code number} and room for {@code roomBytes} more; the caller's to release. */
    ByteBuf write(ByteBufAllocator allocator, long number, int roomBytes) {
        ByteBuf head = allocator.ioBuffer(bytes.length + roomBytes);
        head.writeBytes(bytes);
        long rest = number;
        for (int i = 1; i <= DIGITS_COUNTED; i++) {
            head.setByte(requestIdEnd - i, DIGITS[(int) (rest & 15)]);
            rest >>>= 4;
        }
        return head;
    }
}
