package io.bedrockmeter.metering.ledger;

import java.util.concurrent.atomic.AtomicInteger;

/** Room for calls in flight: a counter that never goes below zero nor above its size. Thread-safe, never waits. */
final class Slots {
    private final int size;
    private final AtomicInteger free;

    Slots(int size) {
        this.size = size;
        this.free = new AtomicInteger(size);
    }

    boolean tryTake() {
        int now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
            now = free.get();
        }
        return false;
    }

    void giveBack() {
        if (free.incrementAndGet() > size) {
            free.decrementAndGet();
            throw new IllegalStateException("a slot was given back that nobody had taken");
        }
    }

    boolean allTaken() {
        return free.get() == 0;
    }

    int taken() {
        return size - free.get();
    }
}
