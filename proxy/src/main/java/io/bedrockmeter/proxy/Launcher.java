package io.bedrockmeter.proxy;

import java.lang.reflect.InvocationTargetException;

/**
 * The entry of the jar on any Java: tells an old one what is missing, and hands a new one to the program.
 *
 * <p>Compiled for Java 8 by an execution of its own, so that {@code java -jar} answers with a sentence where the rest of the
 * jar could only fail with {@code UnsupportedClassVersionError}. It therefore names the program by a string: its class
 * cannot be loaded here.
 */
public final class Launcher {
    private static final int JAVA_NEEDED = 21;

    /** {@code EX_UNAVAILABLE} of sysexits.h: something that the program needs is not there. */
    private static final int EXIT_UNAVAILABLE = 69;

    private Launcher() {}

    /**
     * Starts the program.
     *
     * @param arguments handed on as they are
     * @throws Throwable whatever the program throws
     */
    public static void main(String[] arguments) throws Throwable {
        String specification = System.getProperty("java.specification.version");
        if (featureOf(specification) < JAVA_NEEDED) {
            System.err.println(complaint(
                    System.getProperty("java.version"), System.getProperty("java.home"), System.getenv("JAVA_HOME")));
            System.exit(EXIT_UNAVAILABLE);
        }
        try {
            Class.forName("io.bedrockmeter.proxy.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The number by which a Java is known: 8 of {@code 1.8}, 17 of {@code 17}. */
    static int featureOf(String specification) {
        String feature = specification.startsWith("1.") ? specification.substring(2) : specification;
        return Integer.parseInt(feature);
    }

    /** One line: what is needed, what was found, and the way out. */
    static String complaint(String version, String home, String javaHome) {
        return "bedrock-meter needs Java " + JAVA_NEEDED + " or newer; this is Java " + version + " from " + home
                + " (JAVA_HOME is " + (javaHome == null ? "not set" : javaHome) + "). Install a JDK " + JAVA_NEEDED
                + " or newer, for example Temurin 25, and run its bin/java; or run deploy/bedrock-meter, which finds one"
                + " by itself.";
    }
}
