package io.bedrockmeter.simulator.family;

import tools.jackson.databind.node.ArrayNode;

/** A made-up embedding: as long as a real one may be, with the same numbers every time. */
final class Vector {
    private static final int DIMENSIONS = 256;

    private Vector() {}

    static void fill(ArrayNode vector, int seed) {
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            vector.add(((dimension * 31 + seed * 17) % 1999 - 999) / 1000.0);
        }
    }
}
