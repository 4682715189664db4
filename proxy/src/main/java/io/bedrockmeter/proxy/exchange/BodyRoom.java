package io.bedrockmeter.proxy.exchange;

import org.jspecify.annotations.Nullable;

/**
 * The room that the body of one request takes: of that for all bodies and, until its caller has proved who it is, of that for
 * strangers' bodies and of its source's share of it. Confined to one event loop; what it takes from is shared.
 */
final class BodyRoom {
    private final BodyBudget all;
    private @Nullable Strangers strangers;
    private @Nullable Shortage shortage;
    private long taken;

    private BodyRoom(BodyBudget all, @Nullable Strangers strangers) {
        this.all = all;
        this.strangers = strangers;
    }

    /** Which room there is none of. */
    enum Shortage {
        /** That for all bodies. */
        ALL("bodies_total", "limits.bodies-total"),
        /** That for bodies of callers who have not proved who they are. */
        STRANGERS("bodies_unverified", "limits.bodies-unverified"),
        /** The share of one source in that. */
        OF_SOURCE("source_bodies_unverified", "limits.per-source.bodies-unverified");

        private final String reason;
        private final String key;

        Shortage(String reason, String key) {
            this.reason = reason;
            this.key = key;
        }

        /** A label of the meter. */
        String reason() {
            return reason;
        }

        /** What a caller is told. */
        String message() {
            return "The proxy holds as many request bodies as it may (" + key + "). Try again.";
        }
    }

    /**
     * What callers who have not proved who they are may take.
     *
     * @param budget all of them together
     * @param source where this one connects from
     * @param ofSourceMax all from there together, in bytes
     */
    record Strangers(BodyBudget budget, Source source, long ofSourceMax) {}

    /** Room for a body of somebody known. */
    static BodyRoom of(BodyBudget all) {
        return new BodyRoom(all, null);
    }

    /** Room for a body of somebody who is known only once it is whole. */
    static BodyRoom ofStranger(BodyBudget all, Strangers strangers) {
        return new BodyRoom(all, strangers);
    }

    /** Which room would be short for so many bytes more; null if none. Takes nothing: others may be faster. */
    @Nullable
    Shortage shortageFor(long bytes) {
        Strangers unproven = strangers;
        if (!all.hasRoom(bytes)) {
            return Shortage.ALL;
        }
        if (unproven == null) {
            return null;
        }
        if (!unproven.source().hasRoom(bytes, unproven.ofSourceMax())) {
            return Shortage.OF_SOURCE;
        }
        return unproven.budget().hasRoom(bytes) ? null : Shortage.STRANGERS;
    }

    /** Takes room for so many bytes; false if there is none, and then nothing was taken. */
    boolean tryTake(long bytes) {
        if (!all.tryTake(bytes)) {
            return isShort(Shortage.ALL);
        }
        Strangers unproven = strangers;
        if (unproven != null && !unproven.source().tryHold(bytes, unproven.ofSourceMax())) {
            all.giveBack(bytes);
            return isShort(Shortage.OF_SOURCE);
        }
        if (unproven != null && !unproven.budget().tryTake(bytes)) {
            unproven.source().giveBack(bytes);
            all.giveBack(bytes);
            return isShort(Shortage.STRANGERS);
        }
        taken += bytes;
        return true;
    }

    /** Takes room for what the body of somebody known grows by, even beyond the bound; negative if it shrinks. */
    void grow(long bytes) {
        all.grow(bytes);
        taken += bytes;
    }

    /** Which room there was none of, at the last that was asked for; null if there always was. */
    @Nullable
    Shortage shortage() {
        return shortage;
    }

    /** The caller has proved who it is: the body counts among all, but not among those of strangers. */
    void verified() {
        giveBackStrangers();
        strangers = null;
    }

    /** Gives all of it back. May be called again. */
    void giveBack() {
        giveBackStrangers();
        all.giveBack(taken);
        taken = 0;
    }

    private void giveBackStrangers() {
        Strangers unproven = strangers;
        if (unproven != null) {
            unproven.source().giveBack(taken);
            unproven.budget().giveBack(taken);
        }
    }

    private boolean isShort(Shortage of) {
        shortage = of;
        return false;
    }
}
