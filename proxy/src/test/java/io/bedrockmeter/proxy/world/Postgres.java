package io.bedrockmeter.proxy.world;

import io.bedrockmeter.proxy.keys.PostgresKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of this machine's package, with a cluster of its own in a temporary folder and on a port of the loopback address. It
 * refuses to run as root, so there it is run as the user of its package, or as nobody.
 */
public final class Postgres implements AutoCloseable {
    /** Who may do everything. */
    public static final String USER = "meter";

    /** That user's password. */
    public static final String PASSWORD = "open-sesame";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path programs;
    private final Path folder;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable Process server;

    private Postgres(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** Whether there is one. */
    public static boolean isInstalled() {
        return programs() != null;
    }

    /** A server that is ready. */
    public static Postgres start() {
        Path programs = programs();
        if (programs == null) {
            throw new IllegalStateException("postgresql is not installed");
        }
        try {
            Path folder = Files.createTempDirectory("bedrock-meter-postgres");
            Postgres made = new Postgres(programs, folder, freePort());
            Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
            String owner = owner();
            if (owner != null) {
                for (Path each : List.of(folder, password)) {
                    Files.setOwner(
                            each,
                            folder.getFileSystem()
                                    .getUserPrincipalLookupService()
                                    .lookupPrincipalByName(owner));
                }
            }
            made.run(
                    "initdb",
                    "-D",
                    made.data(),
                    "-U",
                    USER,
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    password.toString(),
                    "-N");
            made.open();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /**
     * One of its databases.
     *
     * @param name its name
     */
    public record Database(Postgres server, String name) {
        /** Its URL. */
        public String url() {
            return "jdbc:postgresql://127.0.0.1:" + server.port + "/" + name;
        }

        /** The keys in it, as the one who may do everything. */
        public PostgresKeys keys() {
            return new PostgresKeys(url(), USER, PASSWORD);
        }

        /** Does something in it. */
        public void execute(String sql) {
            try (Connection connection = DriverManager.getConnection(url(), USER, PASSWORD);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A new database without anything in it. */
    public Database database() {
        String name = "d" + databases.incrementAndGet();
        new Database(this, "postgres").execute("CREATE DATABASE " + name);
        return new Database(this, name);
    }

    /** Makes it ready again. */
    public void open() {
        try {
            server = command("postgres", "-D", data(), "-h", "127.0.0.1", "-p", String.valueOf(port), "-k", "", "-F")
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of(folder + ".log").toFile())
                    .start();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!isReady()) {
                if (System.nanoTime() > end || !server.isAlive()) {
                    throw new IllegalStateException(Files.readString(Path.of(folder + ".log")));
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it, and every connection to it, as a machine does that is shut down. */
    public void stop() {
        run("pg_ctl", "stop", "-D", data(), "-m", "immediate", "-w");
    }

    @Override
    public void close() {
        if (server != null && server.isAlive()) {
            stop();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
            Files.deleteIfExists(Path.of(folder + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        try (Connection connection =
                DriverManager.getConnection(new Database(this, "postgres").url(), USER, PASSWORD)) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void run(String program, String... arguments) {
        try {
            Process process = command(program, arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.PIPE)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(program + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        String owner = owner();
        if (owner != null) {
            command.addAll(List.of("setpriv", "--reuid=" + owner, "--regid=" + group(owner), "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    /** Whom it is run as; null for whoever runs the test. */
    private static @Nullable String owner() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return null;
        }
        try {
            boolean hasUser =
                    Files.readAllLines(Path.of("/etc/passwd")).stream().anyMatch(line -> line.startsWith("postgres:"));
            return hasUser ? "postgres" : "nobody";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String group(String owner) {
        return owner.equals("nobody") ? "nogroup" : owner;
    }

    /** The folder of the newest version's programs; null if there is none. */
    private static @Nullable Path programs() {
        if (!Files.isDirectory(INSTALLED)) {
            return null;
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
