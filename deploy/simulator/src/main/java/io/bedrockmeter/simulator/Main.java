package io.bedrockmeter.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line of the simulator. */
public final class Main {
    private static final String USAGE = """
            usage: java -jar bedrock-simulator.jar [--port N] [--mantle-port N] [--admin-port N]
                   [--truth-log FILE] [--fsync true|false]
                   [--access-key ID --secret-key SECRET]... [--bearer-token TOKEN] [--verify-signatures true|false]
                   [--region REGION] [--threads N] [--object BUCKET/KEY=FILE]...""";

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        SimulatorOptions options;
        List<S3Object> objects;
        try {
            options = parse(arguments);
            objects = objects(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        Simulator simulator = Simulator.start(options);
        for (S3Object object : objects) {
            simulator.objects().put(object.bucket(), object.key(), Files.readAllBytes(object.file()));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "shutdown"));
        System.out.println("bedrock simulator ready: data http://127.0.0.1:" + simulator.dataPort()
                + " mantle http://127.0.0.1:" + simulator.mantlePort() + " admin http://127.0.0.1:"
                + simulator.adminPort());
    }

    static SimulatorOptions parse(String[] arguments) {
        SimulatorOptions options = SimulatorOptions.defaults().withPorts(8090, 8091);
        boolean ownKeys = false;
        String accessKey = "";
        for (int index = 0; index < arguments.length; index += 2) {
            String name = arguments[index];
            if (index + 1 == arguments.length) {
                throw new IllegalArgumentException("option " + name + " has no value");
            }
            String value = arguments[index + 1];
            switch (name) {
                case "--port" -> options = options.withPorts(number(name, value), options.adminPort());
                case "--mantle-port" -> options = options.withMantlePort(number(name, value));
                case "--admin-port" -> options = options.withPorts(options.port(), number(name, value));
                case "--truth-log" -> options = options.withTruthLog(Path.of(value), options.fsync());
                case "--fsync" -> options = options.withFsync(flag(name, value));
                case "--access-key" -> accessKey = value;
                case "--secret-key" -> {
                    if (accessKey.isEmpty()) {
                        throw new IllegalArgumentException("option --secret-key comes after its --access-key");
                    }
                    options = ownKeys ? options : options.withKeys(Map.of());
                    options = options.withKey(accessKey, value);
                    ownKeys = true;
                }
                case "--bearer-token" -> options = options.withBearerToken(value);
                case "--verify-signatures" -> options = options.withVerifySignatures(flag(name, value));
                case "--region" -> options = options.withRegion(value);
                case "--threads" -> options = options.withThreads(number(name, value));
                case "--object" -> {}
                default -> throw new IllegalArgumentException("there is no option " + name);
            }
        }
        return options;
    }

    /** What is in S3 from the start. */
    private record S3Object(String bucket, String key, Path file) {}

    private static List<S3Object> objects(String[] arguments) {
        List<S3Object> objects = new ArrayList<>();
        for (int index = 0; index < arguments.length; index += 2) {
            if (arguments[index].equals("--object")) {
                objects.add(object(arguments[index + 1]));
            }
        }
        return objects;
    }

    private static S3Object object(String value) {
        int slash = value.indexOf('/');
        int equals = value.indexOf('=');
        if (slash < 1 || equals < slash + 2) {
            throw new IllegalArgumentException("option --object is '" + value + "', not BUCKET/KEY=FILE");
        }
        return new S3Object(
                value.substring(0, slash), value.substring(slash + 1, equals), Path.of(value.substring(equals + 1)));
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("option " + name + " is '" + value + "', not a number", e);
        }
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("option " + name + " is '" + value + "', not true or false");
        };
    }
}
