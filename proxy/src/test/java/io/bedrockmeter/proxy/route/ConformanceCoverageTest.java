package io.bedrockmeter.proxy.route;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.WireFormat;
import io.bedrockmeter.proxy.route.Coverage.Axis;
import io.bedrockmeter.simulator.conformance.ConformanceCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the conformance set has, by what its cases are and not by what they are called: each family, route and ending must have its
 * cases, and whatever has none stands in {@code holes.json} with a reason.
 */
final class ConformanceCoverageTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path ROOT = Path.of(System.getProperty("bedrockmeter.root"));
    private static final Path SET = ROOT.resolve("deploy/conformance");
    private static final Path FAMILIES = ROOT.resolve("metering/src/main/resources/families");
    private static final String ENDINGS = "endings/";
    private static final String SERVER_SENT_EVENTS = "text/event-stream";

    /** Reasons of calls that ended as they should. */
    private static final List<String> ENDED_WELL = List.of("complete", "job_begun", "media_length_unknown");

    private final List<ConformanceCase> cases = ConformanceCase.all(SET.resolve("cases"), "000000");
    private final JsonNode holes = read(SET.resolve("holes.json"));

    @Test
    void hasEveryKindOfCaseForEveryFamilyAndOperation() {
        Map<String, List<String>> prefixes = prefixesOfFamilies();
        Coverage table = new Coverage(
                new Axis("families", List.copyOf(prefixes.keySet())),
                new Axis("operations", operations(ConformanceCoverageTest::namesAModel)),
                new Axis("kinds", List.of("plain", "cache", "guardrail", "error")));

        for (ConformanceCase one : cases) {
            RouteTable.Entry route = routeOf(one);
            String kind = kindOf(one);
            if (namesAModel(route.operation()) && kind != null) {
                table.fill(familyOf(modelOf(one, route), prefixes), operationOf(one, route), kind);
            }
        }

        assertThat(table.problemsWith(holes.path("families"))).isEmpty();
    }

    @Test
    void hasAnAnswerAndAnErrorForEveryRoute() {
        List<String> routes = RouteTable.all().entries().stream()
                .map(ConformanceCoverageTest::nameOf)
                .toList();
        Coverage table = new Coverage(new Axis("routes", routes), new Axis("kinds", List.of("plain", "error")));

        for (ConformanceCase one : cases) {
            String kind = kindOf(one);
            if (kind != null) {
                table.fill(nameOf(routeOf(one)), kind);
            }
        }

        assertThat(table.problemsWith(holes.path("routes"))).isEmpty();
    }

    @Test
    void hasEveryEndingOfEveryKindOfAnswer() {
        List<ConformanceCase> endings =
                cases.stream().filter(one -> one.name().startsWith(ENDINGS)).toList();
        List<String> names = endings.stream()
                .map(one -> Path.of(one.name()).getFileName().toString())
                .distinct()
                .toList();
        Coverage table = new Coverage(
                new Axis("operations", operations(ConformanceCoverageTest::isMeteredByItsAnswer)),
                new Axis("endings", names));

        for (ConformanceCase one : endings) {
            Path folders = Path.of(one.name());
            String operation = folders.getName(1).toString();
            assertThat(operationOf(one, routeOf(one)))
                    .as("the operation of %s", one)
                    .isEqualTo(operation);
            table.fill(operation, folders.getName(2).toString());
        }

        assertThat(table.problemsWith(holes.path("endings"))).isEmpty();
    }

    /** What a case shows; null if it is about something else, such as an answer that breaks off. */
    private static @Nullable String kindOf(ConformanceCase one) {
        ConformanceCase.Expected told = one.expected();
        if (told.reason().startsWith("http_") || told.reason().equals("stream_exception")) {
            return "error";
        }
        if (one.breaksOff() || !ENDED_WELL.contains(told.reason())) {
            return null;
        }
        if (told.units().keySet().stream().anyMatch(unit -> unit.startsWith("cache_"))) {
            return "cache";
        }
        boolean namesModel = namesAModel(routeOf(one).operation());
        boolean guarded = told.units().keySet().stream().anyMatch(unit -> unit.startsWith("guardrail_"));
        return namesModel && guarded ? "guardrail" : "plain";
    }

    private static RouteTable.Entry routeOf(ConformanceCase one) {
        String method = one.request().firstWord();
        return switch (Router.route(method, one.request().secondWord(), null, null)) {
            case Route.Found found -> {
                List<String> segments = List.of(
                        found.target().replaceFirst("[?].*", "").substring(1).split("/"));
                yield Objects.requireNonNull(
                        RouteTable.all().find(found.endpoint() == Endpoint.MANTLE, method, segments));
            }
            case Route.Unknown unknown -> throw new AssertionError(one + ": " + unknown.why());
            case Route.Malformed malformed -> throw new AssertionError(one + ": " + malformed.why());
        };
    }

    private static String nameOf(RouteTable.Entry route) {
        return route.endpoint().label() + " " + route.method() + " " + route.path();
    }

    /** The operation; one that is asked for events where it could have given a document is another. */
    private static String operationOf(ConformanceCase one, RouteTable.Entry route) {
        boolean streamed = isEitherWay(route.operation())
                && JSON.readTree(one.request().body()).path("stream").asBoolean(false);
        return route.operation().operationName() + (streamed ? "-stream" : "");
    }

    private static List<String> operations(Predicate<Operation> which) {
        return Arrays.stream(Operation.values())
                .filter(which)
                .flatMap(operation -> isEitherWay(operation)
                        ? Stream.of(operation.operationName(), operation.operationName() + "-stream")
                        : Stream.of(operation.operationName()))
                .toList();
    }

    private static boolean isEitherWay(Operation operation) {
        WireFormat format = operation.wireFormat();
        return isMeteredByItsAnswer(operation) && format.streamed(SERVER_SENT_EVENTS) && !format.streamed(null);
    }

    private static boolean namesAModel(Operation operation) {
        return operation.bodyNamesModel()
                || RouteTable.all().entries().stream()
                        .anyMatch(entry -> entry.operation() == operation
                                && entry.template().contains("{modelId}"));
    }

    private static boolean isMeteredByItsAnswer(Operation operation) {
        return switch (operation.wireFormat()) {
            case INVOKE_JSON,
                    INVOKE_EVENT_STREAM,
                    CONVERSE_JSON,
                    CONVERSE_EVENT_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES,
                    BIDIRECTIONAL_EVENT_STREAM -> true;
            case COUNT_TOKENS, APPLY_GUARDRAIL, GUARDRAIL_CHECKS, ASYNC_JOB, BATCH_JOB, UNBILLED -> false;
        };
    }

    private static ModelRef modelOf(ConformanceCase one, RouteTable.Entry route) {
        if (route.operation().bodyNamesModel()) {
            JsonNode body = JSON.readTree(one.request().body());
            return ModelRef.parse(
                    body.path(body.has("modelId") ? "modelId" : "model").asString());
        }
        Route.Found found = (Route.Found) Router.route("POST", one.request().secondWord(), null, null);
        return Objects.requireNonNull(found.model());
    }

    /** The family with the longest beginning of the id; empty where the identifier does not tell. */
    private static String familyOf(ModelRef model, Map<String, List<String>> prefixes) {
        String id = model.catalogueId().orElse("");
        String family = "";
        int length = 0;
        for (Map.Entry<String, List<String>> row : prefixes.entrySet()) {
            for (String prefix : row.getValue()) {
                if (id.startsWith(prefix) && prefix.length() > length) {
                    family = row.getKey();
                    length = prefix.length();
                }
            }
        }
        return family;
    }

    /** The families that have models of their own, and how the ids of those begin. */
    private static Map<String, List<String>> prefixesOfFamilies() {
        Map<String, List<String>> prefixes = new TreeMap<>();
        try (Stream<Path> files = Files.list(FAMILIES)) {
            for (Path file : files.collect(toCollection(TreeSet::new))) {
                for (JsonNode row : read(file).path("families")) {
                    List<String> ids = new ArrayList<>();
                    row.path("ids").forEach(id -> ids.add(id.asString()));
                    if (!ids.isEmpty()) {
                        prefixes.put(row.path("name").asString(), ids);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return prefixes;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
