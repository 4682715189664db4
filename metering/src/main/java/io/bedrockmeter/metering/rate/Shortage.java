package io.bedrockmeter.metering.rate;

/**
 * What a bucket has too little of. Immutable.
 *
 * @param limited of what
 * @param waitMillis until there is enough if nobody else takes any; {@link #UNKNOWN} if that is up to the calls under way
 */
record Shortage(Limited limited, long waitMillis) {
    static final long UNKNOWN = -1;

    static final Shortage OF_CALLS = new Shortage(Limited.CONCURRENT, UNKNOWN);
}
