package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBufAllocator;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Passes a caller's frames on to Bedrock, each with the proxy's own proof, as fast as Bedrock takes them. Confined to one event
 * loop.
 */
final class FrameRelay {
    private final CallerFrames frames;
    private final FrameSigner signer;
    private final UpstreamStream upstream;
    private final ByteBufAllocator allocator;
    private final InstantSource clock;

    private boolean ended;

    FrameRelay(
            CallerFrames frames,
            FrameSigner signer,
            UpstreamStream upstream,
            ByteBufAllocator allocator,
            InstantSource clock) {
        this.frames = frames;
        this.signer = signer;
        this.upstream = upstream;
        this.allocator = allocator;
        this.clock = clock;
    }

    /**
     * Passes on what is there, until nothing more piles up.
     *
     * @return why no more can be passed on; null if all is well
     */
    @Nullable
    String pass() {
        boolean sent = false;
        boolean more = true;
        String fault = null;
        while (more && !ended && upstream.isWritable()) {
            switch (frames.next()) {
                case CallerFrames.Next.Frame frame -> {
                    upstream.send(signer.sign(frame.bytes(), clock.instant(), allocator));
                    sent = true;
                }
                case CallerFrames.Next.Nothing nothing -> more = false;
                case CallerFrames.Next.End end -> sendEnd();
                case CallerFrames.Next.Broken broken -> {
                    fault = broken.why();
                    more = false;
                }
            }
        }
        if (sent && !ended) {
            upstream.flush();
        }
        return fault;
    }

    /** Whether another piece can be taken without anything piling up. */
    boolean wantsMore() {
        return ended || upstream.isWritable();
    }

    /** Ends the request in the way that Bedrock takes for its proper end, whatever of it is still here. */
    void end() {
        if (!ended) {
            frames.release();
            sendEnd();
        }
    }

    private void sendEnd() {
        ended = true;
        upstream.end(signer.end(clock.instant(), allocator));
    }
}
