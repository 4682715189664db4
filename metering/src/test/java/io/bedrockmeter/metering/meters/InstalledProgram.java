package io.bedrockmeter.metering.meters;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of the system that a test uses where it is installed. */
public final class InstalledProgram {
    private static final long TIMEOUT_SECONDS = 60;

    private final Path path;

    private InstalledProgram(Path path) {
        this.path = path;
    }

    /** The program of that name on the path; where there is none, the test is skipped and says so. */
    public static InstalledProgram orSkip(String name) {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
        String debianPackage = name.equals("promtool") ? "prometheus" : name;
        assumeTrue(
                found.isPresent(),
                name + " is not installed; on Debian it comes with: apt-get install " + debianPackage);
        return new InstalledProgram(found.orElseThrow());
    }

    /** Starts it with its output in a file. The caller ends it. */
    public Process start(Path output, List<String> arguments) throws IOException {
        return builder(arguments).redirectOutput(output.toFile()).start();
    }

    /** Runs it to its end on an input, and tells how that ended. */
    public Ended run(String input, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        try {
            Process process = start(output, List.of(arguments));
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(path + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(path.toString());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** How a program ended. */
    public record Ended(int exitCode, String output) {}
}
