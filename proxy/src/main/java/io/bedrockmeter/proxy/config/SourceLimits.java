package io.bedrockmeter.proxy.config;

/**
 * What callers may use from one address, or from one network of 64 bits of IPv6.
 *
 * @param connections connections at once; 0 for any number
 * @param bodiesUnverified bodies held of callers who have not proved who they are
 * @param givenUp calls that may be given up in 30 s; 0 for any number
 */
public record SourceLimits(int connections, ByteSize bodiesUnverified, int givenUp) {
    static SourceLimits bind(Section in) {
        return new SourceLimits(
                in.get(
                        "connections",
                        ValueType.count(0, 1_000_000),
                        "2500",
                        "Connections at once from one address (IPv6: one /64); more are closed. 0 for any number, as behind a"
                                + " load balancer, see Limits."),
                in.get(
                        "bodies-unverified",
                        ValueType.size("1KiB", "64GiB"),
                        "64MiB",
                        "The share of limits.bodies-unverified that one address may take; more is refused with 503."),
                in.get(
                        "given-up",
                        ValueType.count(0, 1_000_000),
                        "1000",
                        "Calls that callers of one address may leave before their answers end, in 30 s; further calls from there are"
                                + " refused with 503 until those are over. 0 for any number."));
    }
}
