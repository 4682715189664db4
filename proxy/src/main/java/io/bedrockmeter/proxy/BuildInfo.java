package io.bedrockmeter.proxy;

import java.util.Objects;

/** What was built, as the jar's manifest says. */
final class BuildInfo {
    private static final String UNPACKAGED = "unpackaged";

    private BuildInfo() {}

    static String version() {
        return Objects.requireNonNullElse(BuildInfo.class.getPackage().getImplementationVersion(), UNPACKAGED);
    }

    /** The version control revision; the same as the version where the build did not record one. */
    static String revision() {
        return Objects.requireNonNullElse(BuildInfo.class.getPackage().getSpecificationVersion(), UNPACKAGED);
    }
}
