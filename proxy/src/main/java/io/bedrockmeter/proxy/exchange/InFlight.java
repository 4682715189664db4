package io.bedrockmeter.proxy.exchange;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * The calls that ask to be admitted, or are, and are not over: whoever stops the proxy can end them, and wait until each has its
 * entry. They are counted here and not by their connections, because a call whose caller has left has none. Thread-safe.
 */
public final class InFlight {
    private final IdentityHashMap<EventLoop, OfLoop> loops = new IdentityHashMap<>();

    /** None, on the event loops of this group, each with a share of its own. */
    public InFlight(EventLoopGroup group) {
        for (EventExecutor loop : group) {
            loops.put((EventLoop) loop, new OfLoop());
        }
    }

    /** Completes, on an event loop, when none is left; those that come meanwhile are waited for too. */
    public CompletableFuture<Void> over() {
        return onEachLoop(OfLoop::whenOver);
    }

    /** Takes no more and ends those there are; completes, on an event loop, when each has its entry. */
    public CompletableFuture<Void> end() {
        return onEachLoop(OfLoop::end);
    }

    /** Those of one event loop, which alone may ask. */
    OfLoop on(EventLoop loop) {
        return Objects.requireNonNull(loops.get(loop), "the event loop is not one of the proxy's");
    }

    private CompletableFuture<Void> onEachLoop(BiConsumer<OfLoop, CompletableFuture<Void>> action) {
        return CompletableFuture.allOf(loops.entrySet().stream()
                .map(entry -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    entry.getKey().execute(() -> action.accept(entry.getValue(), done));
                    return done;
                })
                .toArray(CompletableFuture[]::new));
    }

    /** Those of one event loop. Confined to it. */
    static final class OfLoop {
        private final Set<Conversation> running = new HashSet<>();
        private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
        private boolean ending;

        /** Takes one more, unless the proxy is stopping. */
        boolean enter(Conversation call) {
            return !ending && running.add(call);
        }

        /** One of them is over. */
        void leave(Conversation call) {
            running.remove(call);
            if (running.isEmpty() && !waiting.isEmpty()) {
                waiting.forEach(done -> done.complete(null));
                waiting.clear();
            }
        }

        private void whenOver(CompletableFuture<Void> done) {
            if (running.isEmpty()) {
                done.complete(null);
            } else {
                waiting.add(done);
            }
        }

        private void end(CompletableFuture<Void> done) {
            ending = true;
            List.copyOf(running).forEach(Conversation::onDrainLimit);
            whenOver(done);
        }
    }
}
