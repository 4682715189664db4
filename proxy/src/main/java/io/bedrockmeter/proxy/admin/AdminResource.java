package io.bedrockmeter.proxy.admin;

/** One path of the admin port. May be asked from several threads at once. */
@FunctionalInterface
public interface AdminResource {
    /**
     * Answers: a GET, or a POST if it {@link #changes} something.
     *
     * @throws IllegalArgumentException if the query is wrong; becomes a 400 with the message
     */
    AdminResponse answer(AdminRequest request);

    /** Whether it changes something, and so must be asked by POST. */
    default boolean changes() {
        return false;
    }
}
