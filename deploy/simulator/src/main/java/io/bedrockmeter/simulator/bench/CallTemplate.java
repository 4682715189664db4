package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The bytes of a call as boto3 sends it, in which the invocation id and the end of the prompt differ from call to call. The
 * signature has the form of one and is none, for a proxy with {@code auth: open}; {@link SignedCalls} gives them one.
 */
final class CallTemplate implements CallSource {
    private static final String NUMBER = "000000000000";
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);
    private static final String MODEL = "anthropic.claude-sonnet-4-20250514-v1%3A0";

    private final byte[] bytes;
    private final int idEnd;
    private final int promptEnd;
    private long number;

    private CallTemplate(byte[] bytes, int idEnd, int promptEnd) {
        this.bytes = bytes;
        this.idEnd = idEnd;
        this.promptEnd = promptEnd;
    }

    /**
     * A call of one of the four main operations.
     *
     * @param operation the last segment of its path
     * @param authority host and port
     * @param bodyBytes the body, exactly, unless it is too short for what it must hold
     */
    static CallTemplate of(String operation, String authority, int bodyBytes) {
        boolean converse = operation.startsWith("converse");
        String open = converse
                ? "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \""
                : "{\"anthropic_version\": \"bedrock-2023-05-31\", \"max_tokens\": 512, \"messages\": [{\"role\":"
                        + " \"user\", \"content\": \"";
        String close = converse ? "\"}]}], \"inferenceConfig\": {\"maxTokens\": 512}}" : "\"}]}";
        int fill = Math.max(0, bodyBytes - open.length() - NUMBER.length() - close.length());
        String body = open + "x".repeat(fill) + NUMBER + close;
        String id = "5e1fb2a3-0000-4000-8000-" + NUMBER;
        String head = "POST /model/" + MODEL + "/" + operation + " HTTP/1.1\r\nHost: " + authority
                + "\r\nAccept-Encoding: identity\r\n"
                + (converse ? "Content-Type: application/json\r\n" : "")
                + "User-Agent: Boto3/1.43.107 md/Botocore#1.43.107 ua/2.1 os/linux#6.18 md/arch#x86_64 lang/python#3.13.1"
                + " md/pyimpl#CPython m/Z,b,D cfg/retry-mode#legacy Botocore/1.43.107\r\n"
                + "X-Amz-Date: 20261125T120000Z\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=AKIABENCHBENCHBENCH1/20261125/us-east-1/bedrock/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature=" + "0123456789abcdef".repeat(4) + "\r\n"
                + "amz-sdk-invocation-id: " + id + "\r\namz-sdk-request: attempt=1\r\nContent-Length: " + body.length()
                + "\r\n\r\n";
        return new CallTemplate(
                (head + body).getBytes(US_ASCII),
                head.indexOf(id) + id.length(),
                head.length() + body.length() - close.length());
    }

    /** The next call, unlike all before; the caller's to release. */
    @Override
    public ByteBuf next(ByteBufAllocator allocator) {
        number++;
        ByteBuf call = allocator.ioBuffer(bytes.length).writeBytes(bytes);
        long rest = number;
        for (int i = 1; i <= NUMBER.length(); i++) {
            byte digit = DIGITS[(int) (rest & 15)];
            call.setByte(idEnd - i, digit);
            call.setByte(promptEnd - i, digit);
            rest >>>= 4;
        }
        return call;
    }
}
