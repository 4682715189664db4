package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.json.MemberFinder;
import io.bedrockmeter.metering.json.MemberFinder.Absent;
import io.bedrockmeter.metering.json.MemberFinder.NoObject;
import io.bedrockmeter.metering.json.MemberFinder.Once;
import io.bedrockmeter.metering.json.MemberFinder.Repeated;
import io.bedrockmeter.proxy.route.Operation;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells Amazon Bedrock who calls, in the call's request metadata, which its invocation logs have. What a caller says under the
 * same keys is replaced, in whatever way it says it; a request that cannot be told from one that says it in another way is
 * refused. Immutable, thread-safe.
 *
 * <p>Request metadata is a header of InvokeModel and InvokeModelWithResponseStream, and a member of the body of Converse and
 * ConverseStream: 16 entries at most, keys and values of 256 characters of a small set, 8,500 characters in the header (service
 * model of Bedrock Runtime). No other operation has any, so none gets the header.
 */
public final class RequestStamp {
    /** What stands in the ledger for it. */
    static final String REFUSAL = "request_metadata";

    static final String MEMBER = "requestMetadata";
    static final int HEADER_CHARACTERS_MAX = 8_500;
    static final int ENTRIES_MAX = 16;
    static final int VALUE_CHARACTERS_MAX = 256;

    /** A longer one has more than the service model allows, and is not parsed. */
    static final int MEMBER_BYTES_MAX = 64 * 1024;

    private static final String MANY_HEADERS =
            "x-amzn-bedrock-request-metadata is sent more than once; send one with all entries.";
    private static final String NO_MAP =
            "The request metadata is not a JSON object whose values are texts, each key given once; correct it or leave it out.";

    /** What a value may not have. */
    private static final Pattern NOT_ALLOWED = Pattern.compile("[^a-zA-Z0-9\\s:_@$#=/+,.-]");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final Keys keys;
    private final boolean inBodies;

    /**
     * The keys that are set; null for one that is not.
     *
     * @param team to the caller's team
     * @param app to its application
     * @param key to the id of the key that it used
     * @param attempt to the attempt's id
     */
    public record Keys(
            @Nullable String team,
            @Nullable String app,
            @Nullable String key,
            @Nullable String attempt) {
        boolean isEmpty() {
            return team == null && app == null && key == null && attempt == null;
        }

        /** What they are set to for one call. */
        Map<String, String> entries(AccountId account, String attemptId) {
            Map<String, String> entries = LinkedHashMap.newLinkedHashMap(4);
            put(entries, team, account.team());
            put(entries, app, account.app());
            put(entries, key, account.keyId());
            put(entries, attempt, attemptId);
            return entries;
        }

        private static void put(Map<String, String> entries, @Nullable String key, String value) {
            if (key != null) {
                String allowed = NOT_ALLOWED.matcher(value).replaceAll("_");
                entries.put(key, allowed.substring(0, Math.min(allowed.length(), VALUE_CHARACTERS_MAX)));
            }
        }
    }

    /**
     * @param inBodies whether bodies of Converse and ConverseStream are changed as well
     */
    public RequestStamp(Keys keys, boolean inBodies) {
        this.keys = keys;
        this.inBodies = inBodies;
    }

    /** What finds the metadata in the body of an operation while it arrives; null where it is not wanted. */
    @Nullable
    MemberFinder finder(Operation operation) {
        return inBodies && isInBody(operation) ? new MemberFinder(MEMBER) : null;
    }

    /**
     * Sets the metadata of a request that has no body yet, or none that says any.
     *
     * @return why the request must be refused; null if it was done, or there was nothing to do
     */
    @Nullable
    String setInHead(Operation operation, HttpRequest request, AccountId account, String attemptId) {
        if (keys.isEmpty()) {
            return null;
        }
        HttpHeaders headers = request.headers();
        if (!isInHeader(operation)) {
            headers.remove(ExchangeHeaders.REQUEST_METADATA);
            return null;
        }
        List<String> said = headers.getAll(ExchangeHeaders.REQUEST_METADATA);
        if (said.size() > 1) {
            return MANY_HEADERS;
        }
        ObjectNode metadata = said.isEmpty() ? JSON.createObjectNode() : parse(said.get(0));
        String problem = set(metadata, account, attemptId);
        if (problem != null || metadata == null) {
            return problem;
        }
        String value = text(metadata);
        if (value.length() > HEADER_CHARACTERS_MAX) {
            return "The request metadata with the entries that this proxy adds has " + value.length()
                    + " characters; Amazon Bedrock takes " + HEADER_CHARACTERS_MAX + ". Send less.";
        }
        headers.set(ExchangeHeaders.REQUEST_METADATA, value);
        return null;
    }

    /**
     * Sets the metadata in a body that is whole and was looked through by {@link #finder}.
     *
     * @return why the request must be refused; null if it was done, or there was nothing to do
     */
    @Nullable
    String setInBody(RequestCollector body, AccountId account, String attemptId) {
        return switch (body.found()) {
            case null -> null;
            case NoObject no -> "The request's body is not a JSON object.";
            case Repeated no -> "The request's body has " + MEMBER + " more than once; send it once.";
            case Absent absent -> {
                ObjectNode metadata = JSON.createObjectNode();
                String problem = set(metadata, account, attemptId);
                if (problem == null) {
                    String rest = absent.isEmpty() ? "" : ",";
                    replace(body, absent.first(), absent.first(), "\"" + MEMBER + "\":" + text(metadata) + rest);
                }
                yield problem;
            }
            case Once once -> {
                boolean isTooLong = once.to() - once.from() > MEMBER_BYTES_MAX;
                ObjectNode metadata = isTooLong ? null : parse(body.text(once.from(), once.to()));
                String problem = set(metadata, account, attemptId);
                if (problem == null) {
                    replace(body, once.from(), once.to(), text(metadata));
                }
                yield problem;
            }
        };
    }

    private static void replace(RequestCollector body, long from, long to, String text) {
        body.replace(from, to, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(@Nullable ObjectNode metadata) {
        return JSON.writeValueAsString(metadata);
    }

    private @Nullable String set(@Nullable ObjectNode metadata, AccountId account, String attemptId) {
        if (metadata == null) {
            return NO_MAP;
        }
        Map<String, String> entries = keys.entries(account, attemptId);
        entries.forEach(metadata::put);
        if (metadata.size() > ENTRIES_MAX) {
            return "The request metadata has " + metadata.size() + " entries with those that this proxy adds ("
                    + String.join(", ", entries.keySet()) + "); Amazon Bedrock takes " + ENTRIES_MAX + ". Send fewer.";
        }
        return null;
    }

    /** What a caller says; null if that is no map of texts. Nothing at all is an empty one. */
    private static @Nullable ObjectNode parse(String text) {
        try {
            JsonNode said = JSON.readTree(text);
            if (said.isNull() || said.isMissingNode()) {
                return JSON.createObjectNode();
            }
            return said instanceof ObjectNode map && map.valueStream().allMatch(JsonNode::isString) ? map : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isInHeader(Operation operation) {
        return operation == Operation.INVOKE_MODEL || operation == Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM;
    }

    private static boolean isInBody(Operation operation) {
        return operation == Operation.CONVERSE || operation == Operation.CONVERSE_STREAM;
    }
}
