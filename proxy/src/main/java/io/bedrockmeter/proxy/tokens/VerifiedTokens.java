package io.bedrockmeter.proxy.tokens;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was found of tokens lately, by their SHA-256. Two maps take turns: when the newer one is full the older one is forgotten,
 * so at most {@link #TOKENS_MAX} twice are remembered. Thread-safe.
 *
 * @param <T> what was found
 */
final class VerifiedTokens<T> {
    /** Some 10 MB in both maps. */
    static final int TOKENS_MAX = 10_000;

    private volatile Turn<T> turn = new Turn<>(new ConcurrentHashMap<>(), Map.of());

    /** SHA-256 of a token. */
    record Hash(long a, long b, long c, long d) {
        static Hash of(String token) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Digests.ofThisThread().hashOf(token.getBytes(StandardCharsets.ISO_8859_1)));
            return new Hash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        }
    }

    @Nullable
    T find(Hash hash) {
        Turn<T> now = turn;
        T found = now.newer.get(hash);
        return found == null ? now.older.get(hash) : found;
    }

    void put(Hash hash, T found) {
        Turn<T> now = turn;
        if (now.newer.size() >= TOKENS_MAX) {
            now = next(now);
        }
        now.newer.put(hash, found);
    }

    private synchronized Turn<T> next(Turn<T> full) {
        if (turn == full) {
            turn = new Turn<>(new ConcurrentHashMap<>(), full.newer);
        }
        return turn;
    }

    /** Told apart from another by being another. */
    private static final class Turn<T> {
        private final Map<Hash, T> newer;
        private final Map<Hash, T> older;

        Turn(Map<Hash, T> newer, Map<Hash, T> older) {
            this.newer = newer;
            this.older = older;
        }
    }
}
