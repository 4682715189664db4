package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.LoadedConfig;
import java.nio.file.Path;

/** What {@code serve} does once its configuration is known to be right: run the proxy until it is told to stop. */
@FunctionalInterface
public interface ServeAction {
    /**
     * Runs the proxy; returns when it has stopped.
     *
     * @param loaded the configuration
     * @param file where it was read, to be watched for changes
     * @return the code to exit with
     */
    int run(LoadedConfig.Valid loaded, Path file);
}
