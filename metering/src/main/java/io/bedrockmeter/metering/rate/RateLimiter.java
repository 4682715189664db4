package io.bedrockmeter.metering.rate;

import io.bedrockmeter.metering.account.AccountId;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides by limits of rate and concurrency whether a call may be made, for this process alone. Thread-safe; nothing waits.
 *
 * <p>There is a bucket for each limit and each account that has called by it lately. It outlives a change of its limit's numbers, so
 * that what is used and what is under way is not forgotten; one that is as good as new is dropped.
 */
public final class RateLimiter {
    /**
     * Buckets at most. Whoever calls openly chooses its key, so that there may be any number of them: those that come when there is no
     * room have one bucket together for each limit.
     */
    static final int BUCKETS_MAX = 65_536;

    /** Buckets that are looked at by each call, whether they can be dropped: faster than a call can make any. */
    private static final int LOOKED_AT = 2;

    private final LongSupplier nanoClock;
    private final int bucketsMax;
    private final Map<BucketId, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicBoolean dropping = new AtomicBoolean();
    private Iterator<Map.Entry<BucketId, Bucket>> next = buckets.entrySet().iterator();

    private volatile RateRule[] rules = {};

    /** No limits, by this clock. */
    public RateLimiter(LongSupplier nanoClock) {
        this(nanoClock, BUCKETS_MAX);
    }

    RateLimiter(LongSupplier nanoClock, int bucketsMax) {
        this.nanoClock = nanoClock;
        this.bucketsMax = bucketsMax;
    }

    /** Brings other limits into force, for calls from now on. */
    public void apply(List<RateRule> configured) {
        // The narrowest first: a key that is refused has not even for a moment taken what its team could use.
        rules = configured.stream().sorted(Comparator.comparing(RateRule::per)).toArray(RateRule[]::new);
    }

    /** Whether no limit can be on a call of a key that has this limit of its own. */
    public boolean isUnlimited(Allowance ofKey) {
        return rules.length == 0 && ofKey.isUnlimited();
    }

    /**
     * Takes what a call asks for of every allowance that it has a share of, or of none.
     *
     * @param account whose call it is
     * @param ofKey what its key itself may
     * @param tokens tokens that the call asks for
     */
    public RateDecision hold(AccountId account, Allowance ofKey, long tokens) {
        RateRule[] inForce = rules;
        dropIdle();
        RateHold hold = new RateHold(inForce.length + 1);
        RateRefusal no = null;
        if (!ofKey.isUnlimited()) {
            BucketId own = new BucketId(RateRule.OF_KEY, account.team(), account.app(), account.keyId());
            no = take(own, ofKey, tokens, hold);
        }
        for (int i = 0; no == null && i < inForce.length; i++) {
            RateRule rule = inForce[i];
            if (rule.covers(account)) {
                no = take(rule.bucket(account), rule.allowance(), tokens, hold);
            }
        }
        if (no == null) {
            return hold;
        }
        hold.undo();
        return no;
    }

    /** What the calls under way hold together: each counts once for each limit that is on it. */
    public int held() {
        return buckets.values().stream().mapToInt(Bucket::underWay).sum();
    }

    /** How many buckets there are. */
    int buckets() {
        return buckets.size();
    }

    private @Nullable RateRefusal take(BucketId id, Allowance allowance, long tokens, RateHold hold) {
        while (true) {
            Bucket bucket = bucket(id);
            Shortage shortage = bucket.take(allowance, tokens, hold);
            if (shortage == null) {
                return null;
            }
            if (!bucket.isDropped()) {
                return RateRefusal.of(id, allowance, shortage, tokens);
            }
            // Whoever dropped it between its being found and its being asked may not have come to removing it.
            buckets.remove(id, bucket);
            buckets.remove(id.ofTheOthers(), bucket);
        }
    }

    private Bucket bucket(BucketId id) {
        Bucket known = buckets.get(id);
        if (known != null) {
            return known;
        }
        BucketId inRoom = buckets.size() < bucketsMax ? id : id.ofTheOthers();
        return buckets.computeIfAbsent(inRoom, made -> new Bucket(nanoClock));
    }

    /** Looks at the next few buckets, round and round. */
    private void dropIdle() {
        if (buckets.isEmpty() || !dropping.compareAndSet(false, true)) {
            return;
        }
        try {
            for (int i = 0; i < LOOKED_AT; i++) {
                if (!next.hasNext()) {
                    next = buckets.entrySet().iterator();
                }
                if (next.hasNext()) {
                    Map.Entry<BucketId, Bucket> entry = next.next();
                    if (entry.getValue().dropIfIdle()) {
                        buckets.remove(entry.getKey(), entry.getValue());
                    }
                }
            }
        } finally {
            dropping.set(false);
        }
    }
}
