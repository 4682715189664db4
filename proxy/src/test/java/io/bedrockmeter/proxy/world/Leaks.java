package io.bedrockmeter.proxy.world;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;

/**
 * The count of buffers that nobody has released, over all of the JVM: once the event loops of proxy, simulator and clients have
 * ended there are none.
 *
 * <p>The build puts Netty's {@link LeakPresenceDetector} in force, which knows every open buffer at once, where the usual
 * detector waits for a garbage collection that may never come. To see where a buffer came from, run with {@code
 * -Dio.netty.util.LeakPresenceDetector.trackCreationStack=true}.
 */
final class Leaks {
    private Leaks() {}

    /**
     * Fails unless every buffer has been released. To be called when nothing runs any more, and once: asking sets the count to
     * zero.
     */
    static void none() {
        ResourceLeakDetector<Object> inForce =
                ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class);
        if (!(inForce instanceof LeakPresenceDetector)) {
            throw new IllegalStateException(
                    "leaks go unseen: run with -Dio.netty.customResourceLeakDetector=io.netty.util.LeakPresenceDetector");
        }
        LeakPresenceDetector.check();
    }
}
