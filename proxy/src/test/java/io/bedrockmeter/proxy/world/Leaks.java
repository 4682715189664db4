package io.bedrockmeter.proxy.world;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;

/**
 * The count of buffers that nobody has released, over all of the JVM: once proxy, simulator and clients are closed there are
 * none.
 *
 * <p>The build puts Netty's {@link LeakPresenceDetector} in force, which knows every open buffer at once, where the usual
 * detector waits for a garbage collection that may never come.
 */
final class Leaks {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Leaks() {}

    /** Fails unless every buffer has been released, or is within moments. */
    static void none() {
        none(PATIENCE);
    }

    static void none(Duration patience) {
        ResourceLeakDetector<Object> inForce =
                ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class);
        if (!(inForce instanceof LeakPresenceDetector)) {
            throw new IllegalStateException(
                    "leaks go unseen: run with -Dio.netty.customResourceLeakDetector=io.netty.util.LeakPresenceDetector");
        }
        await("every buffer is released")
                .atMost(patience)
                .untilAsserted(() -> assertThatCode(LeakPresenceDetector::check).doesNotThrowAnyException());
    }
}
