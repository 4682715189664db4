package io.bedrockmeter.metering.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places in a document that a {@link JsonScanner} watches, compiled into a trie. Immutable and shared by all scanners
 * of its kind.
 *
 * <p>A path is written {@code usage.cacheDetails[].ttl}: names joined by dots, {@code []} for each element of an array,
 * {@code *} for any name. An exact name goes before {@code *}.
 */
public final class JsonPaths {
    /** Deepest path; the scanner keeps one bit a level. */
    static final int DEPTH_MAX = 31;

    final Node root;

    private JsonPaths(Node root) {
        this.root = root;
    }

    /** Starts a set of paths. */
    public static Builder builder() {
        return new Builder();
    }

    /** What is reported of the value at a path. */
    enum Watch {
        NONE,
        NUMBER,
        TEXT,
        VALUE,
        TRUE,
        END,
        BYTES,
        SIZE
    }

    /** One step of the trie. Built once, then only read. */
    static final class Node {
        final @Nullable Node parent;
        final byte[] name;
        final int depth;
        Watch watch = Watch.NONE;
        int path = -1;
        Node[] children = {};

        @Nullable
        Node any;

        @Nullable
        Node element;

        Node(@Nullable Node parent, byte[] name) {
            this.parent = parent;
            this.name = name;
            this.depth = parent == null ? 0 : parent.depth + 1;
        }

        /** Whether anything is watched below this node, or its end is. */
        boolean isEntered() {
            return children.length > 0 || any != null || element != null || watch == Watch.END;
        }

        @Nullable
        Node child(byte[] bytes, int from, int to) {
            int length = to - from;
            for (Node child : children) {
                if (child.name.length == length && Arrays.equals(child.name, 0, length, bytes, from, to)) {
                    return child;
                }
            }
            return any;
        }
    }

    /** Collects paths; each has a number of the caller's by which it is reported. */
    public static final class Builder {
        private final Node root = new Node(null, new byte[0]);

        private Builder() {}

        /** Watches a count; see {@link JsonListener#onNumber}. */
        public Builder number(String path, int id) {
            return watch(path, id, Watch.NUMBER);
        }

        /** Watches a short string; see {@link JsonListener#onText}. */
        public Builder text(String path, int id) {
            return watch(path, id, Watch.TEXT);
        }

        /** Watches values of any kind, to count them; see {@link JsonListener#onValue}. */
        public Builder value(String path, int id) {
            return watch(path, id, Watch.VALUE);
        }

        /** Watches for {@code true}; see {@link JsonListener#onValue}. */
        public Builder isTrue(String path, int id) {
            return watch(path, id, Watch.TRUE);
        }

        /** Watches the ends of an object or array; see {@link JsonListener#onEnd}. */
        public Builder end(String path, int id) {
            return watch(path, id, Watch.END);
        }

        /** Watches a string of any length, piece by piece; see {@link JsonListener#onBytes}. */
        public Builder bytes(String path, int id) {
            return watch(path, id, Watch.BYTES);
        }

        /** Watches how long strings, objects and arrays are as written, to any length; see {@link JsonListener#onSize}. */
        public Builder size(String path, int id) {
            return watch(path, id, Watch.SIZE);
        }

        /** The compiled paths. The builder is not to be used again. */
        public JsonPaths build() {
            return new JsonPaths(root);
        }

        private Builder watch(String path, int id, Watch watch) {
            Node node = root;
            for (String step : steps(path)) {
                node = step(node, step);
            }
            if (node.watch != Watch.NONE) {
                throw new IllegalArgumentException("path '" + path + "' is watched twice");
            }
            if (node.depth > DEPTH_MAX) {
                throw new IllegalArgumentException("path '" + path + "' is deeper than " + DEPTH_MAX);
            }
            node.watch = watch;
            node.path = id;
            return this;
        }

        private static List<String> steps(String path) {
            List<String> steps = new ArrayList<>();
            for (String part : path.split("\\.", -1)) {
                String name = part;
                int arrays = 0;
                while (name.endsWith("[]")) {
                    name = name.substring(0, name.length() - 2);
                    arrays++;
                }
                if (!name.isEmpty()) {
                    steps.add(name);
                } else if (arrays == 0 || !steps.isEmpty()) {
                    throw new IllegalArgumentException("path '" + path + "' has an empty name");
                }
                for (int i = 0; i < arrays; i++) {
                    steps.add("[]");
                }
            }
            return steps;
        }

        private static Node step(Node node, String step) {
            if (step.equals("[]")) {
                Node element = node.element == null ? new Node(node, new byte[0]) : node.element;
                node.element = element;
                return element;
            }
            if (step.equals("*")) {
                Node any = node.any == null ? new Node(node, new byte[0]) : node.any;
                node.any = any;
                return any;
            }
            byte[] name = step.getBytes(StandardCharsets.UTF_8);
            Node known = node.child(name, 0, name.length);
            if (known != null && known != node.any) {
                return known;
            }
            Node child = new Node(node, name);
            node.children = Arrays.copyOf(node.children, node.children.length + 1);
            node.children[node.children.length - 1] = child;
            return child;
        }
    }
}
