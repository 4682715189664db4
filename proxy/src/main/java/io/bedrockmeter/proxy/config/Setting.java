package io.bedrockmeter.proxy.config;

import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: what it is, and what it is set to. Immutable.
 *
 * @param key the full path; the free part of a map is in angle brackets where there is no entry
 * @param type what kind of value it takes
 * @param fallback what holds where the key is not given; null if nothing does
 * @param required whether the key, or the section it is in, must be given
 * @param meaning one or two sentences
 * @param reloads whether a change comes into force while the proxy runs, instead of at its next start
 * @param value what it is set to, secrets masked; null if it is not set at all
 */
public record Setting(
        String key,
        String type,
        @Nullable String fallback,
        boolean required,
        String meaning,
        boolean reloads,
        @Nullable String value) {
    Setting withValue(@Nullable String newValue) {
        return new Setting(key, type, fallback, required, meaning, reloads, newValue);
    }
}
