package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FrameCounterTest {
    private static final ByteBuf STREAM =
            Unpooled.wrappedBuffer(Frames.converse(Shape.DEFAULT).closing().toArray(byte[][]::new));

    @Test
    void countsTheSameWhereverTheStreamIsCut() {
        for (int cut = 0; cut <= STREAM.readableBytes(); cut++) {
            FrameCounter counter = new FrameCounter();

            int frames = counter.read(STREAM, 0, cut) + counter.read(STREAM, cut, STREAM.readableBytes() - cut);

            assertThat(frames).as("cut at %s", cut).isEqualTo(3);
            assertThat(counter.isBetweenFrames()).isTrue();
        }
    }

    @Test
    void knowsThatAStreamEndedWithinAFrame() {
        FrameCounter counter = new FrameCounter();

        int frames = counter.read(STREAM, 0, STREAM.readableBytes() - 1);

        assertThat(frames).isEqualTo(2);
        assertThat(counter.isBetweenFrames()).isFalse();
    }

    @Test
    void refusesWhatIsNoEventStream() {
        ByteBuf text = Unpooled.wrappedBuffer(new byte[] {'{', '"', 'm', 'e'});

        assertThatIllegalStateException().isThrownBy(() -> new FrameCounter().read(text, 0, 4));
    }
}
