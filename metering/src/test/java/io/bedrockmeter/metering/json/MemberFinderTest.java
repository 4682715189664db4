package io.bedrockmeter.metering.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.json.MemberFinder.Absent;
import io.bedrockmeter.metering.json.MemberFinder.Found;
import io.bedrockmeter.metering.json.MemberFinder.NoObject;
import io.bedrockmeter.metering.json.MemberFinder.Once;
import io.bedrockmeter.metering.json.MemberFinder.Repeated;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class MemberFinderTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tag\":%s}",
                " \n{ \"a\" : [1,{\"tag\":2}], \"tag\" : %s , \"b\":{} }\r\n",
                "{\"x\":\"\\\"tag\\\":\",\"tag\":%s,\"y\":\"}\"}",
                "{\"x\":-1.5e3,\"t\\u0061g\":%s}",
            })
    void findsAMemberHoweverItIsWrittenAndCut(String document) {
        for (String value : new String[] {"{\"k\":\"}\"}", "[]", "\"text \\\\\"", "12", "null", "{}"}) {
            String text = document.formatted(value);

            for (int cut = 0; cut <= text.length(); cut++) {
                assertThat(find(text, cut))
                        .isInstanceOfSatisfying(
                                Once.class,
                                once -> assertThat(text.substring((int) once.from(), (int) once.to()))
                                        .isEqualTo(value));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tagged\":1,\"TAG\":2}",
                "{\"a\":{\"tag\":1}}",
                "{\"a\":\"tag\"}",
                " {\"a\":[{\"tag\":1}]}",
                "{\"tag\\u0000\":1}"
            })
    void tellsWhereOneCouldGoIfThereIsNone(String document) {
        assertThat(find(document, 3)).isEqualTo(new Absent(document.indexOf('{') + 1, false));
    }

    @Test
    void tellsAnObjectThatIsEmpty() {
        assertThat(find("  { }", 2)).isEqualTo(new Absent(3, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"tag\":1,\"tag\":2}", "{\"tag\":1,\"a\":2,\"\\u0074ag\":{},\"tag\":3}"})
    void tellsAMemberThatIsThereTwice(String document) {
        assertThat(find(document, 5)).isInstanceOf(Repeated.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"tag\"",
                "{",
                "{\"tag\"",
                "{\"tag\":",
                "{\"tag\":1",
                "{\"tag\":{}",
                "{\"tag\":1,}",
                "{,\"tag\":1}",
                "{\"tag\" 1}",
                "{\"tag\":1}}",
                "{\"tag\":1}{",
                "{'tag':1}",
                "{tag:1}",
                "{\"tag\":1;\"a\":2}",
                "{\"tag\":,}",
                "\uFEFF{\"tag\":1}",
                "/**/{\"tag\":1}"
            })
    void refusesWhatIsNoObject(String document) {
        for (int cut = 0; cut <= document.length(); cut++) {
            assertThat(find(document, cut)).isInstanceOf(NoObject.class);
        }
    }

    @Test
    void refusesAnObjectThatIsTooDeep() {
        int depth = JsonScanner.DEPTH_MAX + 1;

        String document = "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";

        assertThat(find(document, 7)).isInstanceOf(NoObject.class);
    }

    @Test
    void findsWhatAParserFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            ObjectNode object = object(random, 3);
            String text = random.nextBoolean()
                    ? object.toString()
                    : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object);

            Found found = find(text, random.nextInt(text.length()));

            String reason = "seed " + seed + ": " + text;
            if (object.has("tag")) {
                assertThat(found).as(reason).isInstanceOf(Once.class);
                Once once = (Once) found;
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                String value =
                        new String(bytes, (int) once.from(), (int) (once.to() - once.from()), StandardCharsets.UTF_8);
                assertThat(JSON.readTree(value)).as(reason).isEqualTo(object.get("tag"));
            } else {
                assertThat(found).as(reason).isEqualTo(new Absent(1, object.isEmpty()));
            }
        }
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            String name = new String[] {"tag", "a", "é\"tag\":", "tag2"}[random.nextInt(4)];
            switch (random.nextInt(depth == 0 ? 3 : 4)) {
                case 0 -> object.put(name, random.nextInt());
                case 1 -> object.put(name, "\\\"}{[" + random.nextInt(100));
                case 2 -> object.putNull(name);
                default -> object.set(name, object(random, depth - 1));
            }
        }
        return object;
    }

    /** What is found in a document that comes in two pieces, each in the middle of a larger array. */
    private static Found find(String document, int cut) {
        byte[] bytes = (";;" + document + ";;").getBytes(StandardCharsets.UTF_8);
        int middle = Math.min(2 + cut, bytes.length - 2);
        MemberFinder finder = new MemberFinder("tag");
        finder.feed(bytes, 2, middle);
        finder.feed(bytes, middle, bytes.length - 2);
        return finder.finish();
    }
}
