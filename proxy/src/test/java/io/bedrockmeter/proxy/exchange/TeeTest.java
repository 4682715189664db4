package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TeeTest {
    private static final String EVENT = "data: {\"choices\":[{}],\"usage\":null}\n\n";

    private final Seen seen = new Seen();
    private final Heard heard = new Heard();
    private final Tee tee = new Tee(
            seen,
            new ResponseRelay(
                    heard,
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK),
                    "an-attempt",
                    true,
                    true,
                    0),
            new StreamUsage(UnpooledByteBufAllocator.DEFAULT),
            null);

    /** A piece that ends no event leaves nothing to pass on, and a frame with nothing in it looks like a flood to a client. */
    @Test
    void showsTheMeterEachPieceAndTheCallerNoEmptyOnes() {
        for (byte one : EVENT.repeat(2).getBytes(StandardCharsets.UTF_8)) {
            tee.piece(Unpooled.copiedBuffer(new byte[] {one}));
        }
        tee.end();

        assertThat(seen.text).hasToString(EVENT.repeat(2));
        assertThat(heard.pieces).containsExactly("data: {\"choices\":[{}]}\n\n", "data: {\"choices\":[{}]}\n\n");
    }

    @Test
    void keepsNothingOfAStreamThatIsGivenUp() {
        ByteBuf unfinished = Unpooled.copiedBuffer("data: {", StandardCharsets.UTF_8);

        tee.piece(unfinished);
        tee.finish(false);

        assertThat(unfinished.refCnt()).isZero();
        assertThat(heard.pieces).isEmpty();
    }

    /** A meter that takes no notice but remembers. */
    private static final class Seen implements UsageReader {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void read(ByteBuffer bytes) {
            text.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
        }

        @Override
        public int bytesToFrameEnd() {
            return NO_FRAMES;
        }

        @Override
        public UsageReading finish(boolean complete) {
            return new UsageReading.Absent(Usage.NONE, UsageGap.NOT_REPORTED, Served.SILENT);
        }
    }

    /** A caller who takes everything. */
    private static final class Heard implements ClientSide {
        private final List<String> pieces = new ArrayList<>();
        private final Source origin = new Source(new Sources(System::nanoTime), 0, System::nanoTime);

        @Override
        public void write(HttpObject part) {
            if (part instanceof HttpContent content) {
                pieces.add(content.content().toString(StandardCharsets.UTF_8));
                content.release();
            } else {
                assertThat(part).isInstanceOf(HttpResponse.class);
            }
        }

        @Override
        public ByteBufAllocator allocator() {
            return UnpooledByteBufAllocator.DEFAULT;
        }

        @Override
        public InetAddress source() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public @Nullable PeerCertificate certificate() {
            return null;
        }

        @Override
        public Source origin() {
            return origin;
        }

        @Override
        public boolean isHttp2() {
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void flush() {}

        @Override
        public void endWithConnection() {
            throw new AssertionError("an answer has nothing to do with connections");
        }

        @Override
        public void read() {
            throw new AssertionError("an answer asks for nothing");
        }

        @Override
        public void handOver(Conversation successor) {
            throw new AssertionError("an answer hands nothing over");
        }

        @Override
        public void done(boolean reusable) {
            throw new AssertionError("a fork ends nothing");
        }

        @Override
        public void breakOff() {
            throw new AssertionError("a fork breaks nothing off");
        }
    }
}
