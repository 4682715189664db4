package io.bedrockmeter.simulator.s3;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.sigv4.SignatureHeader;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the requests that are signed for S3. Never billed, not in the truth log. Thread-safe. */
public final class S3 {
    /** The name that S3 has in a signature. */
    public static final String SERVICE = "s3";

    private static final int PAGE = 1000;

    /** Objects have no date of their own; nobody asks. */
    private static final String MODIFIED = "2026-07-13T14:00:42.000Z";

    private final ObjectStore objects;

    public S3(ObjectStore objects) {
        this.objects = objects;
    }

    /** Whether a request is one of S3. */
    public static boolean isAsked(Received request) {
        return request.header("authorization")
                .flatMap(SignatureHeader::parse)
                .filter(signed -> signed.service().equals(SERVICE))
                .isPresent();
    }

    /**
     * What a request asks for.
     *
     * @param operation its name in the service model; empty for one that is not served
     * @param key of the object, or the prefix of a list
     */
    public record Asked(String operation, String bucket, String key) {
        public static Asked of(Received request) {
            String path = decoded(request.path().substring(1));
            int slash = path.indexOf('/');
            String bucket = slash < 0 ? path : path.substring(0, slash);
            String key = slash < 0 ? "" : path.substring(slash + 1);
            boolean isList = request.method().equals("GET") && key.isEmpty();
            return switch (request.method()) {
                case "GET" ->
                    new Asked(
                            isList ? "ListObjectsV2" : "GetObject",
                            bucket,
                            isList ? request.parameter("prefix").orElse("") : key);
                case "PUT" -> new Asked(key.isEmpty() ? "" : "PutObject", bucket, key);
                default -> new Asked("", bucket, key);
            };
        }

        private static String decoded(String escaped) {
            try {
                return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException badEscape) {
                return escaped;
            }
        }
    }

    /** Answers a request whose signature is right. */
    public Answer answer(Received request, Asked asked, String requestId) {
        return switch (asked.operation()) {
            case "GetObject" ->
                objects.get(asked.bucket(), asked.key())
                        .map(content -> answer(200, requestId, "application/octet-stream", content))
                        .orElseGet(() -> error(
                                ErrorAnswer.of(404, "NoSuchKey", "The specified key does not exist."), requestId));
            case "PutObject" -> put(request, asked, requestId);
            case "ListObjectsV2" -> answer(200, requestId, "application/xml", utf8(list(request, asked)));
            default -> error(ErrorAnswer.of(405, "MethodNotAllowed", "The simulator does not serve this."), requestId);
        };
    }

    /** An error in the form of S3. */
    public static Answer error(ErrorAnswer error, String requestId) {
        String xml =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + escaped(error.type()) + "</Code><Message>"
                        + escaped(error.message()) + "</Message><RequestId>" + requestId + "</RequestId></Error>";
        return answer(error.status(), requestId, "application/xml", utf8(xml));
    }

    private Answer put(Received request, Asked asked, String requestId) {
        boolean isChunked = request.header("content-encoding")
                .filter(encoding -> encoding.contains("aws-chunked"))
                .isPresent();
        Optional<byte[]> content = isChunked ? AwsChunks.content(request.body()) : Optional.of(request.body());
        if (content.isEmpty()) {
            return error(ErrorAnswer.of(400, "IncompleteBody", "The chunks of the body are malformed."), requestId);
        }
        return objects.put(asked.bucket(), asked.key(), content.get())
                ? answer(200, requestId, "application/xml", new byte[0])
                : error(ErrorAnswer.of(503, "SlowDown", "The simulator has no room for more objects."), requestId);
    }

    /** A page of a list; a token is the key after which it goes on. */
    private String list(Received request, Asked asked) {
        int max = request.parameter("max-keys").map(Integer::parseInt).orElse(PAGE);
        String after = request.parameter("continuation-token").orElse("");
        boolean isEncoded = request.parameter("encoding-type").isPresent();
        List<Map.Entry<String, byte[]>> page = new ArrayList<>();
        boolean isTruncated = false;
        for (Map.Entry<String, byte[]> object :
                objects.list(asked.bucket(), asked.key()).tailMap(after, false).entrySet()) {
            if (page.size() == max) {
                isTruncated = true;
                break;
            }
            page.add(object);
        }
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>");
        element(xml, "Name", asked.bucket());
        element(xml, "Prefix", key(asked.key(), isEncoded));
        element(xml, "KeyCount", Integer.toString(page.size()));
        element(xml, "MaxKeys", Integer.toString(max));
        element(xml, "IsTruncated", Boolean.toString(isTruncated));
        if (isEncoded) {
            element(xml, "EncodingType", "url");
        }
        if (isTruncated) {
            element(xml, "NextContinuationToken", page.get(page.size() - 1).getKey());
        }
        for (Map.Entry<String, byte[]> object : page) {
            xml.append("<Contents>");
            element(xml, "Key", key(object.getKey(), isEncoded));
            element(xml, "LastModified", MODIFIED);
            element(xml, "Size", Integer.toString(object.getValue().length));
            element(xml, "StorageClass", "STANDARD");
            xml.append("</Contents>");
        }
        return xml.append("</ListBucketResult>").toString();
    }

    private static String key(String key, boolean isEncoded) {
        return isEncoded ? URLEncoder.encode(key, StandardCharsets.UTF_8) : key;
    }

    private static void element(StringBuilder xml, String name, String value) {
        xml.append('<')
                .append(name)
                .append('>')
                .append(escaped(value))
                .append("</")
                .append(name)
                .append('>');
    }

    private static String escaped(@Nullable String text) {
        return text == null
                ? ""
                : text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Answer answer(int status, String requestId, String type, byte[] body) {
        List<Header> headers = List.of(new Header("x-amz-request-id", requestId), new Header("Content-Type", type));
        return Answer.withoutBill(
                new Answer.Head(status, headers), Answer.Body.of(body), Answer.Cut.NONE, Answer.Timing.NONE);
    }
}
