package io.bedrockmeter.proxy.admin;

/** One path of the admin port. Only reads; may be asked from several threads at once. */
@FunctionalInterface
public interface AdminResource {
    /**
     * Answers a GET.
     *
     * @throws IllegalArgumentException if the query is wrong; becomes a 400 with the message
     */
    AdminResponse get(AdminRequest request);
}
