package io.bedrockmeter.proxy.world;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

final class LeaksTest {
    @Test
    void seesABufferThatNobodyReleased() {
        ByteBufAllocator.DEFAULT.buffer(16);

        assertThatThrownBy(Leaks::none).isInstanceOf(IllegalStateException.class);

        Leaks.none();
    }

    @Test
    void seesABufferOfWhichASliceIsStillHeld() {
        ByteBuf whole = ByteBufAllocator.DEFAULT.buffer(16).writeZero(16);
        whole.readRetainedSlice(8);
        whole.release();

        assertThatThrownBy(Leaks::none).isInstanceOf(IllegalStateException.class);

        Leaks.none();
    }
}
