package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.Nullable;

/** The head of a request as a reader sees it, whatever library parsed it. Confined to the thread that opened it. */
@FunctionalInterface
public interface RequestHead {
    /** The first value of a header by case-insensitive name; null if there is none. */
    @Nullable
    String header(String name);
}
