package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.KeyChange;
import io.bedrockmeter.proxy.keys.VirtualKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was turned away, and what became of keys and configuration, as lines of a logger of their own. They name reasons and ids,
 * never a secret or what was asked. Of refusals, which anybody can cause, so many a second are written and the others counted;
 * those of callers apart from those of whoever only wears the proxy down, so that one cannot hide the other. Thread-safe.
 */
public final class AuditLog {
    /** Stands for what is not known. */
    public static final String NOTHING = "-";

    /** Refusals of either kind that are written in one second. */
    static final int REFUSALS_PER_SECOND = 20;

    private static final String NOT_SET = "(not set)";
    private static final Logger log = LoggerFactory.getLogger("io.bedrockmeter.audit");
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private final Allowance calls;
    private final Allowance nuisances;

    /** A log that counts seconds by a clock of nanoseconds. */
    public AuditLog(LongSupplier nanoClock) {
        this.calls = new Allowance(nanoClock, "calls");
        this.nuisances = new Allowance(nanoClock, "turned-away");
    }

    /**
     * A call was turned away before it was known who made it.
     *
     * @param source where it came from
     * @param attemptId stands in the answer
     */
    public void refused(Rejected why, InetAddress source, String attemptId) {
        refused(why.reason(), why.keyId() == null ? NOTHING : why.keyId(), source, attemptId);
    }

    /**
     * A call was turned away.
     *
     * @param reason a word of a closed set
     * @param keyId whose call it was, or says to be
     */
    public void refused(String reason, String keyId, InetAddress source, String attemptId) {
        write(calls, reason, keyId, source, attemptId);
    }

    /**
     * Somebody was turned away for its form, its pace, or what it and others take of the proxy, whoever it is.
     *
     * @param reason a word of a closed set
     * @param attemptId stands in the answer; {@link #NOTHING} without one
     */
    public void turnedAway(String reason, InetAddress source, String attemptId) {
        write(nuisances, reason, NOTHING, source, attemptId);
    }

    private static void write(Allowance allowance, String reason, String keyId, InetAddress source, String attemptId) {
        if (!log.isInfoEnabled() || !allowance.mayWrite()) {
            return;
        }
        log.atInfo()
                .addKeyValue("reason", reason)
                .addKeyValue("key", keyId)
                .addKeyValue("source", source.getHostAddress())
                .addKeyValue("attempt", attemptId)
                .log("call refused");
    }

    /** Other keys are in force. */
    public void changed(KeyChange change) {
        VirtualKey key = change.key();
        log.atInfo()
                .addKeyValue("change", change.what())
                .addKeyValue("key", key.id())
                .addKeyValue("team", key.team())
                .addKeyValue("app", key.app())
                .addKeyValue("generation", key.newest().number())
                .log("key changed");
    }

    /**
     * Another configuration is in force.
     *
     * @param key the key of it that has another value
     * @param before the value until then, secrets masked; null if there was none
     * @param after the value now, likewise
     */
    public void configured(String key, @Nullable String before, @Nullable String after) {
        log.atInfo()
                .addKeyValue("setting", key)
                .addKeyValue("before", before == null ? NOT_SET : before)
                .addKeyValue("after", after == null ? NOT_SET : after)
                .log("configuration changed");
    }

    /** How much of one kind is written. */
    private static final class Allowance {
        private final LongSupplier nanoClock;
        private final String kind;
        private final AtomicLong written = new AtomicLong();
        private final AtomicLong unwritten = new AtomicLong();
        private final AtomicLong secondBegan;

        Allowance(LongSupplier nanoClock, String kind) {
            this.nanoClock = nanoClock;
            this.kind = kind;
            this.secondBegan = new AtomicLong(nanoClock.getAsLong());
        }

        boolean mayWrite() {
            long began = secondBegan.get();
            long now = nanoClock.getAsLong();
            if (now - began >= SECOND_NANOS && secondBegan.compareAndSet(began, now)) {
                written.set(0);
                long lost = unwritten.getAndSet(0);
                if (lost > 0) {
                    log.atInfo().addKeyValue(kind, lost).log("more calls refused than were written");
                }
            }
            if (written.incrementAndGet() > REFUSALS_PER_SECOND) {
                unwritten.incrementAndGet();
                return false;
            }
            return true;
        }
    }
}
