package io.bedrockmeter.metering.usage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What reading costs, in nanoseconds; a main program and no test. Each figure is the best of several rounds, so that a busy
 * neighbour shows less.
 */
final class ReaderBench {
    private static final int FRAMES = 1_000;
    private static final int ROUNDS = 12;
    private static final long ROUND_NANOS = 300_000_000L;
    private static final String CLAUDE = "anthropic.claude-sonnet-4-6";

    private ReaderBench() {}

    /** Prints a table. */
    public static void main(String[] args) {
        byte[][] deltas = new byte[FRAMES][];
        Arrays.fill(deltas, Responses.delta("some words of an answer "));
        show("ConverseStream delta, a frame", Responses.converseStream(CLAUDE, deltas), FRAMES);

        String text =
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"some words\"}}";
        Arrays.fill(deltas, Responses.chunk(text));
        show("Claude chunk, told by its beginning", Responses.invokeStreamOf(CLAUDE, deltas), FRAMES);
        show("Claude chunk, read whole (model unknown)", Responses.invokeStreamOf("acme.model-v1", deltas), FRAMES);

        String llama =
                "{\"generation\":\" the\",\"prompt_token_count\":null,\"generation_token_count\":5,\"stop_reason\":null}";
        Arrays.fill(deltas, Responses.chunk(llama));
        show("Llama chunk, read whole", Responses.invokeStreamOf("meta.llama3-8b-instruct-v1:0", deltas), FRAMES);

        for (int size : new int[] {700, 1024, 16 * 1024, 200 * 1024}) {
            show("Converse body of " + size + " bytes", Responses.converse(CLAUDE, converse(size)), 1);
        }
        show(
                "Titan embedding of 1024 floats",
                Responses.invoke("amazon.titan-embed-text-v2:0", Map.of(), embedding()),
                1);
    }

    private static String converse(int size) {
        String head = "{\"metrics\":{\"latencyMs\":704},\"output\":{\"message\":{\"content\":[{\"text\":\"";
        String tail = "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":41,"
                + "\"outputTokens\":12,\"totalTokens\":53}}";
        String words = "Some words of an answer,\\nas models write them. ";
        return head + words.repeat(Math.max(0, (size - head.length() - tail.length()) / words.length())) + tail;
    }

    private static String embedding() {
        StringBuilder floats = new StringBuilder("{\"embedding\":[");
        for (int i = 0; i < 1024; i++) {
            floats.append(i == 0 ? "" : ",").append("-0.01234").append(i);
        }
        return floats.append("],\"inputTextTokenCount\":7}").toString();
    }

    private static void show(String what, Wire wire, int per) {
        ByteBuffer direct = ByteBuffer.allocateDirect(wire.length())
                .put(wire.body().duplicate())
                .flip();
        long nanos = best(() -> {
            UsageReader reader = wire.open();
            int size = 64 * 1024;
            for (int from = 0; from < direct.limit(); from += size) {
                reader.read(direct.slice(from, Math.min(size, direct.limit() - from)));
            }
            return reader.finish(true) instanceof UsageReading.Exact ? 1 : 0;
        });
        System.out.printf(Locale.ROOT, "%-44s %10.1f ns%n", what, (double) nanos / per);
    }

    private static long best(LongSupplier work) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            long runs = 0;
            long seen = 0;
            while (System.nanoTime() - begin < ROUND_NANOS) {
                seen += work.getAsLong();
                runs++;
            }
            long nanos = (System.nanoTime() - begin) / runs;
            best = seen < 0 ? best : Math.min(best, nanos);
        }
        return best;
    }
}
