package io.bedrockmeter.proxy.keys;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that hold a master secret as their first line. Stateless. */
public final class MasterSecretFile {
    private MasterSecretFile() {}

    /**
     * Reads one.
     *
     * @throws IOException if it cannot be read or its first line is too short; the message names the file and the way out
     */
    public static MasterSecret read(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String first = lines.readLine();
            return new MasterSecret(first == null ? "" : first.strip());
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "the master secret in " + file + " is not text; make one with 'openssl rand -base64 32'", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the master secret in " + file + " " + e.getMessage(), e);
        }
    }
}
