package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is generated and committed: compared with what is generated now, or written anew. */
public final class CommittedFile {
    private final Path path;

    private CommittedFile(Path path) {
        this.path = path;
    }

    /** The file at a path relative to the root of the repository. */
    public static CommittedFile at(String relative) {
        return new CommittedFile(Path.of(System.getProperty("bedrockmeter.root"), relative));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Its content. */
    public String read() throws IOException {
        return Files.readString(path);
    }

    /** Fails if its content is not what is generated; with {@code -Dregenerate=true} writes that first. */
    public void assertIs(String generated, Class<?> test) throws IOException {
        if (Boolean.getBoolean("regenerate")) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, generated);
        }
        assertThat(read())
                .as(
                        "%s is out of date; to regenerate it: mvn -pl metering test -Dtest=%s -Dregenerate=true",
                        path, test.getSimpleName())
                .isEqualTo(generated);
    }
}
