package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RequestCollectorTest {
    private static final long BODY_MAX = 10;

    private final BodyBudget budget = new BodyBudget(12);
    private final RequestCollector collector = collector();

    @Test
    void putsPiecesTogetherAndHashesThem() {
        collector.add(piece("ab"));
        collector.add(piece(""));
        collector.add(piece("c"));

        ByteBuf body = collector.take();

        assertThat(body.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
        // SHA-256 of "abc", FIPS 180-2, appendix B.1.
        assertThat(collector.sha256Hex()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(collector.facts().bodyBytes()).isEqualTo(3);
        body.release();
    }

    @Test
    void refusesABodyThatIsTooLongAndTakesNoRoomForIt() {
        collector.add(piece("12345678"));

        RequestCollector.Added added = collector.add(piece("901"));

        assertThat(added).isEqualTo(RequestCollector.Added.TOO_LARGE);
        assertThat(budget.heldBytes()).isEqualTo(8);
        collector.release();
    }

    @Test
    void refusesABodyThatAllBodiesTogetherHaveNoRoomFor() {
        RequestCollector other = collector();
        other.add(piece("12345678"));

        RequestCollector.Added added = collector.add(piece("12345"));

        assertThat(added).isEqualTo(RequestCollector.Added.NO_ROOM);
        assertThat(budget.heldBytes()).isEqualTo(8);
        other.release();
    }

    @Test
    void countsABodyAsHeldUntilItIsSent() {
        collector.add(piece("12345678"));

        ByteBuf onItsWay = collector.take();

        assertThat(budget.heldBytes()).isEqualTo(8);
        onItsWay.release();
        collector.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void givesItsRoomBackOnce() {
        ByteBuf piece = piece("12345678");
        collector.add(piece);

        collector.release();
        collector.release();

        assertThat(budget.heldBytes()).isZero();
        assertThat(piece.refCnt()).isZero();
    }

    private RequestCollector collector() {
        return new RequestCollector(
                UnpooledByteBufAllocator.DEFAULT,
                BodyRoom.of(budget),
                BODY_MAX,
                RequestReader.open(WireFormat.CONVERSE_JSON, ModelRef.parse("amazon.nova-lite-v1:0"), name -> null),
                null);
    }

    private static ByteBuf piece(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
