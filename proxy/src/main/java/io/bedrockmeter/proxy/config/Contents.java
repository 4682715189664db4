package io.bedrockmeter.proxy.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What the files of a configuration held at one moment, told apart by a digest. Immutable.
 *
 * @param config of the file itself
 * @param named of each file that it names
 */
record Contents(String config, List<String> named) {
    private static final String UNREADABLE = "unreadable";
    /** No file of a configuration is longer; a device or a log named by mistake is. */
    private static final int BYTES_MAX = 1 << 20;

    static Contents of(Path file, List<Path> named) {
        return new Contents(digest(file), named.stream().map(Contents::digest).toList());
    }

    private static String digest(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(in.readNBytes(BYTES_MAX)));
        } catch (IOException e) {
            // A file that went away differs from what it was, and from what it will be.
            return UNREADABLE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
