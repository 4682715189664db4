package io.bedrockmeter.simulator.traffic;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of the demo traffic.
 *
 * @param keys the callers, used in turn
 * @param once true for one round of every call, false for a load without end
 */
record TrafficOptions(URI endpoint, String region, List<Key> keys, boolean once) {
    static final String USAGE = """
            usage: Traffic --endpoint URL (--key ID:SECRET)... [--access-key ID --secret-key SECRET]
                   [--region REGION] [--once]""";

    TrafficOptions {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no key: give --key ID:SECRET, or --access-key and --secret-key");
        }
    }

    /** An access key and its secret. */
    record Key(String id, String secret) {}

    static TrafficOptions parse(String[] arguments) {
        URI endpoint = URI.create("http://127.0.0.1:8080");
        String region = "us-east-1";
        String accessKey = "";
        List<Key> keys = new ArrayList<>();
        boolean once = false;
        for (int index = 0; index < arguments.length; index++) {
            String name = arguments[index];
            if (name.equals("--once")) {
                once = true;
                continue;
            }
            if (++index == arguments.length) {
                throw new IllegalArgumentException("option " + name + " has no value");
            }
            String value = arguments[index];
            switch (name) {
                case "--endpoint" -> endpoint = URI.create(value);
                case "--region" -> region = value;
                case "--key" -> keys.add(key(value));
                case "--access-key" -> accessKey = value;
                case "--secret-key" -> keys.add(new Key(accessKey, value));
                default -> throw new IllegalArgumentException("there is no option " + name);
            }
        }
        return new TrafficOptions(endpoint, region, keys, once);
    }

    private static Key key(String pair) {
        int colon = pair.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("option --key needs ID:SECRET");
        }
        return new Key(pair.substring(0, colon), pair.substring(colon + 1));
    }
}
