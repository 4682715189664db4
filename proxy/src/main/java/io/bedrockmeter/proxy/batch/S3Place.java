package io.bedrockmeter.proxy.batch;

import org.jspecify.annotations.Nullable;

/**
 * A bucket and a key of S3, or what keys begin with. Immutable.
 *
 * @param bucket the bucket
 * @param key the key or the beginning of keys; may be empty
 */
public record S3Place(String bucket, String key) {
    private static final String SCHEME = "s3://";

    /** The place of a URI such as {@code s3://bucket/key}; null if it is none. */
    public static @Nullable S3Place parse(@Nullable String uri) {
        if (uri == null || !uri.startsWith(SCHEME)) {
            return null;
        }
        String path = uri.substring(SCHEME.length());
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        return bucket.isEmpty() ? null : new S3Place(bucket, slash < 0 ? "" : path.substring(slash + 1));
    }

    /** What is in this folder under a name. */
    public S3Place within(String name) {
        return new S3Place(bucket, key.isEmpty() || key.endsWith("/") ? key + name : key + "/" + name);
    }

    /** Another key of the same bucket. */
    public S3Place at(String otherKey) {
        return new S3Place(bucket, otherKey);
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
