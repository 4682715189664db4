package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.ConfigProblem;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.Secret;
import io.bedrockmeter.proxy.keys.KeyFile;
import io.bedrockmeter.proxy.keys.KeyStore;
import io.bedrockmeter.proxy.keys.MasterSecret;
import io.bedrockmeter.proxy.keys.MasterSecretFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which keys a command is about: those of a configuration, or of a file and a master secret named by themselves. */
final class KeyStoreOptions {
    private static final String MASTER_VARIABLE = "BEDROCK_METER_MASTER_SECRET";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration whose section 'auth' names the key file or store, and the master secret.")
    private @Nullable Path config;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The key file, without a configuration. Default: bedrock-meter-keys.json.")
    private @Nullable Path file;

    @Option(
            names = "--master-secret-file",
            paramLabel = "FILE",
            description = "A file with the master secret, without a configuration. Default: the environment variable "
                    + MASTER_VARIABLE + ".")
    private @Nullable Path masterFile;

    /** Where the keys are. */
    KeyStore open(Map<String, String> environment) throws IOException {
        if (config != null) {
            return KeyStore.of(configured(config, environment).place());
        }
        return new KeyFile(file == null ? AuthConfig.FILE : file);
    }

    /** The master secret, which only commands need that give out a secret. */
    MasterSecret master(Map<String, String> environment) throws IOException {
        if (config != null) {
            AuthConfig.Keys keys = configured(config, environment);
            Secret given = keys.master();
            return given == null ? fromFile(keys.masterFile()) : parse("auth.master-secret", given.reveal());
        }
        if (masterFile != null) {
            return MasterSecretFile.read(masterFile);
        }
        String given = environment.getOrDefault(MASTER_VARIABLE, "");
        if (given.isEmpty()) {
            throw new IOException("there is no master secret to derive a secret from: make one once with"
                    + " 'openssl rand -base64 32 > master-secret' and give it as --master-secret-file master-secret, or in "
                    + MASTER_VARIABLE + "; the proxy needs the same one");
        }
        return parse(MASTER_VARIABLE, given);
    }

    private static MasterSecret fromFile(@Nullable Path path) throws IOException {
        if (path == null) {
            throw new IOException("the configuration names no master secret; set auth.master-secret");
        }
        return MasterSecretFile.read(path);
    }

    private static MasterSecret parse(String name, String text) throws IOException {
        try {
            return new MasterSecret(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(name + " " + e.getMessage(), e);
        }
    }

    private static AuthConfig.Keys configured(Path file, Map<String, String> environment) throws IOException {
        return switch (new ConfigLoader(environment).load(file)) {
            case LoadedConfig.Valid valid -> {
                if (valid.config().auth() instanceof AuthConfig.Keys keys) {
                    yield keys;
                }
                throw new IOException(file + ": auth.mode is not keys; set it, or name the key file with --file");
            }
            case LoadedConfig.Invalid invalid ->
                throw new IOException(invalid.problems().stream()
                        .map(ConfigProblem::toString)
                        .collect(Collectors.joining(System.lineSeparator())));
        };
    }
}
