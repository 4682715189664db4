package io.bedrockmeter.proxy.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a configuration file whole: the tree of records, or every problem in it. Immutable, thread-safe.
 *
 * <p>Files are YAML 1.2 in UTF-8. Relative paths in them are relative to the working directory of the process.
 */
public final class ConfigLoader {
    private static final long FILE_BYTES_MAX = 1 << 20;

    private final Map<String, String> variables;

    /**
     * A loader with an environment.
     *
     * @param variables what {@code ${NAME}} in a value stands for
     */
    public ConfigLoader(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Reads a file. One that cannot be read is a configuration with one problem. */
    public LoadedConfig load(Path file) {
        String name = file.toString();
        try {
            if (Files.isRegularFile(file) && Files.size(file) > FILE_BYTES_MAX) {
                return invalid(name, "is larger than 1 MiB; is it the configuration?");
            }
            byte[] bytes = Files.readAllBytes(file);
            return parse(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            return invalid(name, "is not UTF-8 text");
        } catch (NoSuchFileException e) {
            return invalid(name, "does not exist; start from deploy/bedrock-meter.yaml");
        } catch (IOException e) {
            return invalid(name, "cannot be read: " + e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name what to call it in problems
     */
    public LoadedConfig parse(String name, String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new CoreSchema())
                .setUseMarks(true)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(yaml);
            return bind(name, root.orElse(null));
        } catch (MarkedYamlEngineException e) {
            return new LoadedConfig.Invalid(List.of(syntaxProblem(name, e)));
        } catch (YamlEngineException e) {
            return invalid(name, "is not YAML: " + e.getMessage());
        }
    }

    private LoadedConfig bind(String name, @Nullable Node root) {
        Binding binding = new Binding(name, new Environment(variables));
        Optional<ProxyConfig> config = Section.root(binding, root).bind(ProxyConfig::bind);
        List<ConfigProblem> problems = binding.problems();
        if (problems.isEmpty() && config.isPresent()) {
            return new LoadedConfig.Valid(config.get(), binding.settings());
        }
        return new LoadedConfig.Invalid(problems);
    }

    private static ConfigProblem syntaxProblem(String name, MarkedYamlEngineException e) {
        String message = "is not YAML here: " + e.getProblem();
        return e.getProblemMark()
                .map(mark -> new ConfigProblem(name, mark.getLine() + 1, mark.getColumn() + 1, "", message))
                .orElseGet(() -> new ConfigProblem(name, 0, 0, "", message));
    }

    private static LoadedConfig invalid(String name, String message) {
        return new LoadedConfig.Invalid(List.of(new ConfigProblem(name, 0, 0, "", message)));
    }
}
