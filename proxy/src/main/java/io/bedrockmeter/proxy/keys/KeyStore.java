package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.Secret;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a book of keys is kept: it is read whole, and replaced whole and durably. Thread-safe; every method may wait, so none is for
 * an event loop.
 */
public sealed interface KeyStore extends AutoCloseable permits KeyFile, PostgresKeys {
    /** The one that a configuration names; nothing is opened yet. */
    static KeyStore of(AuthConfig.Place place) {
        return switch (place) {
            case AuthConfig.Place.File file -> new KeyFile(file.path());
            case AuthConfig.Place.Database database -> {
                Secret password = database.password();
                yield new PostgresKeys(database.url(), database.user(), password == null ? null : password.reveal());
            }
        };
    }

    /** What it is and where, for messages: "the key file keys.json". */
    String name();

    /**
     * Reads the book.
     *
     * @throws IOException if there is none that can be read; the message names the store and the way out
     */
    KeyBook read() throws IOException;

    /**
     * What tells the book that is there from another, found out in less time than it takes to read it; equal for one and the same. Null
     * if there is none.
     *
     * @throws IOException if the store cannot be asked
     */
    @Nullable
    Object stamp() throws IOException;

    /**
     * Replaces the book by what it becomes, and waits for any other writer first.
     *
     * @return the book that is there now
     * @throws IOException if it cannot be read or written; then it is as it was, unless the message says otherwise
     */
    KeyBook change(UnaryOperator<KeyBook> change) throws IOException;

    /** Lets go of what it is reached by. */
    @Override
    void close();
}
