package io.bedrockmeter.simulator.s3;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of all buckets, in memory. Thread-safe. */
public final class ObjectStore {
    static final int OBJECTS_MAX = 10_000;

    /** By {@code bucket/key}. */
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();

    /** Puts an object in place of one of the same name. False if there are too many. */
    public synchronized boolean put(String bucket, String key, byte[] content) {
        String name = bucket + "/" + key;
        if (objects.size() >= OBJECTS_MAX && !objects.containsKey(name)) {
            return false;
        }
        objects.put(name, content.clone());
        return true;
    }

    public synchronized Optional<byte[]> get(String bucket, String key) {
        return Optional.ofNullable(objects.get(bucket + "/" + key)).map(byte[]::clone);
    }

    /** The objects of a bucket whose keys begin so, by key, in order. */
    public synchronized NavigableMap<String, byte[]> list(String bucket, String prefix) {
        NavigableMap<String, byte[]> found = new TreeMap<>();
        String start = bucket + "/" + prefix;
        objects.tailMap(start, true).forEach((name, content) -> {
            if (name.startsWith(start)) {
                found.put(name.substring(bucket.length() + 1), content);
            }
        });
        return found;
    }

    public synchronized void clear() {
        objects.clear();
    }
}
