package io.bedrockmeter.simulator;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a simulator runs. Immutable; {@code with} methods return changed copies.
 *
 * @param port of the data, 0 for a free one
 * @param mantlePort of the data of {@code bedrock-mantle}, 0 for a free one
 * @param adminPort 0 for a free one
 * @param secrets by access key id
 * @param bearerToken also accepted instead of a signature
 * @param verifySignatures false to accept everything
 * @param region that requests must be signed for, and whose prices hold
 * @param truthLog the file that truth is appended to, besides memory
 * @param fsync whether a line of it is durable before the answer's last byte
 * @param threads of the event loops
 * @param seed of the request ids
 */
public record SimulatorOptions(
        int port,
        int mantlePort,
        int adminPort,
        Map<String, String> secrets,
        Optional<String> bearerToken,
        boolean verifySignatures,
        String region,
        Optional<Path> truthLog,
        boolean fsync,
        int threads,
        InstantSource clock,
        long seed) {
    /** The access key id that is known unless others are given. */
    public static final String DEFAULT_ACCESS_KEY = "AKIASIMULATOR0000001";
    /** Its secret. */
    public static final String DEFAULT_SECRET_KEY = "simulator-secret-key-not-for-aws";

    public SimulatorOptions {
        secrets = Map.copyOf(secrets);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
        }
    }

    /** Free ports, signatures verified, one known key, truth in memory only. */
    public static SimulatorOptions defaults() {
        return new SimulatorOptions(
                0,
                0,
                0,
                Map.of(DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY),
                Optional.empty(),
                true,
                "us-east-1",
                Optional.empty(),
                true,
                Runtime.getRuntime().availableProcessors(),
                InstantSource.system(),
                new SecureRandom().nextLong());
    }

    public SimulatorOptions withPorts(int data, int admin) {
        return new SimulatorOptions(
                data,
                mantlePort,
                admin,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withMantlePort(int mantle) {
        return new SimulatorOptions(
                port,
                mantle,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withKey(String accessKey, String secretKey) {
        Map<String, String> more = new LinkedHashMap<>(secrets);
        more.put(accessKey, secretKey);
        return withKeys(more);
    }

    /** Only these keys, by access key id. */
    public SimulatorOptions withKeys(Map<String, String> keys) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                keys,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withBearerToken(String token) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                Optional.of(token),
                verifySignatures,
                region,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withVerifySignatures(boolean verify) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verify,
                region,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withRegion(String newRegion) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                newRegion,
                truthLog,
                fsync,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withTruthLog(Path file, boolean durable) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                Optional.of(file),
                durable,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withFsync(boolean durable) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                durable,
                threads,
                clock,
                seed);
    }

    public SimulatorOptions withThreads(int number) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                fsync,
                number,
                clock,
                seed);
    }

    public SimulatorOptions withClock(InstantSource newClock) {
        return new SimulatorOptions(
                port,
                mantlePort,
                adminPort,
                secrets,
                bearerToken,
                verifySignatures,
                region,
                truthLog,
                fsync,
                threads,
                newClock,
                seed);
    }
}
