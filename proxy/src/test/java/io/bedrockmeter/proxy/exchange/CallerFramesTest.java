package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.frames.FrameEncoder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;

/** Frames of callers, cut anywhere, and whatever else may come in their place. */
final class CallerFramesTest {
    private static final int ROOM = 4 << 20;

    private final BodyBudget budget = new BodyBudget(ROOM);

    @Test
    void findsTheSameFramesWhereverTheyAreCut() {
        List<byte[]> frames = List.of(frame("one"), frame(""), frame("three".repeat(40)));
        byte[] bare = joined(frames);
        byte[] signed = joined(
                List.of(signed(frames.get(0)), signed(frames.get(1)), signed(frames.get(2)), signed(new byte[0])));
        List<String> expected =
                new ArrayList<>(frames.stream().map(ByteBufUtil::hexDump).toList());
        expected.add("End");

        for (int size = 1; size < signed.length; size++) {
            assertThat(read(false, bare, size)).as("pieces of %d", size).isEqualTo(expected);
            assertThat(read(true, signed, size))
                    .as("signed, pieces of %d", size)
                    .isEqualTo(expected);
        }
        assertThat(budget.tryTake(ROOM)).as("all room is given back").isTrue();
    }

    @Test
    void breaksAtWhateverIsNoFrameAndNeverThrows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = joined(List.of(signed(frame("one")), signed(frame("two")), signed(new byte[0])));
        List<String> meant = read(true, good, good.length);

        for (int i = 0; i < good.length * 8; i++) {
            byte[] flipped = good.clone();
            flipped[i / 8] ^= (byte) (1 << (i % 8));

            List<String> read = read(true, flipped, 1 + random.nextInt(good.length));

            assertThat(read.get(read.size() - 1)).as("seed %d, bit %d", seed, i).startsWith("Broken");
            int whole = read.size() - 1;
            assertThat(read.subList(0, whole)).as("bit %d", i).isEqualTo(meant.subList(0, whole));
        }
        assertThat(budget.tryTake(ROOM)).as("all room is given back").isTrue();
    }

    @Test
    void wantsSignaturesWhereTheyWereAnnounced() {
        assertThat(read(true, frame("bare"), 1000)).singleElement().asString().contains(":chunk-signature");
        assertThat(read(true, signed("no frame".getBytes(StandardCharsets.UTF_8)), 1000))
                .singleElement()
                .asString()
                .contains("something else");
        assertThat(read(true, signed(joined(List.of(frame("a"), frame("b")))), 1000))
                .singleElement()
                .asString()
                .contains("something else");
    }

    @Test
    void breaksWhereThereIsNoRoom() {
        BodyBudget full = new BodyBudget(10);
        CallerFrames frames = new CallerFrames(ByteBufAllocator.DEFAULT, full, false, null);

        frames.add(Unpooled.copiedBuffer(frame("more than ten bytes")));

        assertThat(frames.next().toString()).contains("limits.bodies-total");
        assertThat(full.tryTake(10)).isTrue();
    }

    @Test
    void startsAgainAtTheFirstFrameWhereverItIs() {
        List<byte[]> said = List.of(frame("one"), frame(""), frame("three".repeat(40)));
        byte[] signed =
                joined(List.of(signed(said.get(0)), signed(said.get(1)), signed(said.get(2)), signed(new byte[0])));
        List<String> expected =
                new ArrayList<>(said.stream().map(ByteBufUtil::hexDump).toList());
        expected.add("End");

        for (int before = 0; before <= expected.size(); before++) {
            CallerFrames frames = new CallerFrames(ByteBufAllocator.DEFAULT, budget, true, null);
            frames.add(ByteBufAllocator.DEFAULT.buffer().writeBytes(signed));
            List<String> first = new ArrayList<>();
            while (first.size() < before) {
                first.add(read(frames.next()));
            }

            boolean again = frames.rewind();

            List<String> second = new ArrayList<>();
            drain(frames, second);
            assertThat(again).isTrue();
            assertThat(second).as("after %d", before).isEqualTo(expected);
            assertThat(frames.rewind()).as("a second time").isFalse();
            frames.release();
        }
        assertThat(budget.tryTake(ROOM)).as("all room is given back").isTrue();
    }

    @Test
    void keepsNothingThatItForgot() {
        CallerFrames frames = new CallerFrames(ByteBufAllocator.DEFAULT, budget, false, null);
        frames.add(Unpooled.copiedBuffer(frame("one")));
        read(frames.next());

        frames.forget();

        assertThat(budget.tryTake(ROOM)).as("all room is given back").isTrue();
        assertThat(frames.rewind()).isFalse();
        frames.release();
    }

    @Test
    void keepsNoMoreThanItMay() {
        byte[] half = frame("x".repeat(CallerFrames.KEPT_BYTES_MAX / 2));
        CallerFrames frames = new CallerFrames(ByteBufAllocator.DEFAULT, budget, false, null);
        frames.add(Unpooled.copiedBuffer(half, half));
        read(frames.next());

        read(frames.next());

        assertThat(budget.tryTake(ROOM)).as("all room is given back").isTrue();
        assertThat(frames.rewind()).isFalse();
        frames.release();
    }

    private List<String> read(boolean signed, byte[] stream, int pieceBytes) {
        CallerFrames frames = new CallerFrames(ByteBufAllocator.DEFAULT, budget, signed, null);
        List<String> read = new ArrayList<>();
        for (int at = 0; at < stream.length; at += pieceBytes) {
            frames.add(
                    ByteBufAllocator.DEFAULT.buffer().writeBytes(stream, at, Math.min(pieceBytes, stream.length - at)));
            if (!drain(frames, read)) {
                frames.release();
                return read;
            }
        }
        frames.end();
        assertThat(drain(frames, read)).as("an end is found").isFalse();
        frames.release();
        return read;
    }

    /** Whether there may be more. */
    private static boolean drain(CallerFrames frames, List<String> read) {
        while (true) {
            CallerFrames.Next next = frames.next();
            if (next instanceof CallerFrames.Next.Nothing) {
                return true;
            }
            read.add(read(next));
            if (!(next instanceof CallerFrames.Next.Frame)) {
                return false;
            }
        }
    }

    private static String read(CallerFrames.Next next) {
        return switch (next) {
            case CallerFrames.Next.Frame frame -> {
                String hex = ByteBufUtil.hexDump(frame.bytes());
                frame.bytes().release();
                yield hex;
            }
            case CallerFrames.Next.Nothing nothing -> "Nothing";
            case CallerFrames.Next.End end -> "End";
            case CallerFrames.Next.Broken broken -> "Broken: " + broken.why();
        };
    }

    private static byte[] frame(String payload) {
        return FrameEncoder.event("chunk", payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] signed(byte[] payload) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(":date", HeaderValue.fromTimestamp(Instant.parse("2026-11-25T12:00:00Z")));
        headers.put(":chunk-signature", HeaderValue.fromByteArray(new byte[32]));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Message(headers, payload).encode(out);
        return out.toByteArray();
    }

    private static byte[] joined(List<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
