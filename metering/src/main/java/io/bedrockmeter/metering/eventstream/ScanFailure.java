package io.bedrockmeter.metering.eventstream;

/** Why the scanning of an event stream ended for good. */
public enum ScanFailure {
    /** The checksum of the two lengths does not hold, so where the next frame begins is anybody's guess. */
    PRELUDE_CHECKSUM,
    /** The lengths are impossible or over the limit. */
    LENGTH,
    /** The headers do not fit in their length or have an unknown type. */
    HEADERS,
    /** The checksum of a whole frame does not hold. */
    MESSAGE_CHECKSUM
}
