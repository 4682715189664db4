package io.bedrockmeter.metering.usage;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What reading costs, in nanoseconds of processor time and in bytes held; a main program and no test. Each figure is the best of several
 * rounds, so that a busy neighbour shows less.
 */
final class ReaderBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int RUNS_BETWEEN_LOOKS = 20;
    private static final int IDLE_STREAMS = 50_000;
    private static final int FRAMES = 1_000;
    private static final int ROUNDS = 6;
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

        String[] events = new String[FRAMES];
        Arrays.fill(events, text);
        show("Messages delta, an event", Responses.sse(WireFormat.MESSAGES, CLAUDE, events), FRAMES);
        Arrays.fill(
                events,
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1784247618,\"model\":\"openai.gpt-5.6\","
                        + "\"service_tier\":\"default\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"some words\"}}]}");
        show("chat completions delta, an event", Responses.sse(WireFormat.CHAT_COMPLETIONS, CLAUDE, events), FRAMES);

        for (int size : new int[] {700, 1024, 16 * 1024, 200 * 1024}) {
            show("Converse body of " + size + " bytes", Responses.converse(CLAUDE, converse(size)), 1);
        }
        show(
                "Titan embedding of 1024 floats",
                Responses.invoke("amazon.titan-embed-text-v2:0", Map.of(), embedding()),
                1);

        String start = "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}";
        showHeap("open ConverseStream", Responses.converseStream(CLAUDE, Responses.delta("a")));
        showHeap("open Claude stream", Responses.invokeStream(CLAUDE, start, text));
    }

    /** Heap held by streams that are open and idle after a first event and a piece of text. */
    private static void showHeap(String what, Wire wire) {
        UsageReader[] open = new UsageReader[IDLE_STREAMS];
        long before = heap();
        for (int i = 0; i < open.length; i++) {
            open[i] = wire.open();
            open[i].read(wire.body().duplicate());
        }
        long held = heap() - before;
        boolean between = open[open.length - 1].bytesToFrameEnd() == 0;
        System.out.printf(Locale.ROOT, "%-44s %10d bytes%s%n", what, held / open.length, between ? "" : " ?");
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
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
            long begin = THREADS.getCurrentThreadCpuTime();
            long end = begin;
            long runs = 0;
            long seen = 0;
            while (end - begin < ROUND_NANOS) {
                for (int i = 0; i < RUNS_BETWEEN_LOOKS; i++) {
                    seen += work.getAsLong();
                }
                runs += RUNS_BETWEEN_LOOKS;
                end = THREADS.getCurrentThreadCpuTime();
            }
            long nanos = (end - begin) / runs;
            best = seen < 0 ? best : Math.min(best, nanos);
        }
        return best;
    }
}
