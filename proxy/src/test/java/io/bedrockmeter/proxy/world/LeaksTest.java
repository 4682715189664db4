package io.bedrockmeter.proxy.world;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

final class LeaksTest {
    @Test
    void seesOneBufferThatNobodyReleased() {
        ByteBuf forgotten = ByteBufAllocator.DEFAULT.buffer(16);

        assertThatThrownBy(() -> Leaks.none(Duration.ofMillis(200))).isInstanceOf(ConditionTimeoutException.class);

        forgotten.release();
        Leaks.none();
    }
}
