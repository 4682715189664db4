package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.core.OperationInfo;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The table against the AWS SDK, which is generated from the service model: whatever AWS adds fails here. */
final class RouteTableTest {
    @Test
    void hasEveryOperationOfTheServiceModelAtItsPath() throws Exception {
        Map<String, String> sdk = operationsOfTheSdk(BedrockRuntimeClient.class);

        assertThat(ours(Endpoint.RUNTIME, sdk.keySet())).isEqualTo(sdk);
    }

    @Test
    void hasEveryOperationAboutBatchJobsAtItsPath() throws Exception {
        Map<String, String> sdk = operationsOfTheSdk(BedrockClient.class);
        sdk.keySet().removeIf(name -> !name.contains("ModelInvocationJob"));

        assertThat(ours(Endpoint.CONTROL, sdk.keySet())).hasSize(4).isEqualTo(sdk);
    }

    private static Map<String, String> ours(Endpoint endpoint, Set<String> names) {
        return RouteTable.all().entries().stream()
                .filter(entry -> entry.endpoint() == endpoint
                        && names.contains(entry.operation().operationName()))
                .collect(Collectors.toMap(
                        entry -> entry.operation().operationName(),
                        entry -> entry.method() + " " + entry.path(),
                        (first, second) -> first + ", " + second,
                        TreeMap::new));
    }

    @Test
    void findsEveryOperation() {
        Set<Operation> found = RouteTable.all().entries().stream()
                .map(RouteTable.Entry::operation)
                .collect(Collectors.toSet());

        assertThat(found).containsExactlyInAnyOrder(Operation.values());
    }

    @Test
    void namesOperationsApart() {
        assertThat(Arrays.stream(Operation.values()).map(Operation::operationName))
                .doesNotHaveDuplicates();
    }

    /** Name of each operation, and its method and path. */
    private static Map<String, String> operationsOfTheSdk(Class<?> client) throws Exception {
        Map<String, String> operations = new TreeMap<>();
        for (String marshaller : marshallers(client)) {
            Field binding = Class.forName(marshaller).getDeclaredField("SDK_OPERATION_BINDING");
            binding.setAccessible(true);
            OperationInfo operation = (OperationInfo) binding.get(null);
            String name = marshaller.replaceAll(".*\\.|RequestMarshaller$", "");
            operations.put(name, operation.httpMethod() + " " + operation.requestUri());
        }
        return operations;
    }

    private static Set<String> marshallers(Class<?> client) throws IOException, URISyntaxException {
        Path jar = Path.of(
                client.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> all =
                        Files.list(files.getPath(client.getPackageName().replace('.', '/') + "/transform"))) {
            return all.map(Path::toString)
                    .filter(path -> path.endsWith("RequestMarshaller.class"))
                    .map(path -> path.replaceAll("^/|\\.class$", "").replace('/', '.'))
                    .collect(Collectors.toSet());
        }
    }
}
