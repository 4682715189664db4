package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

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
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The table against the AWS SDK, which is generated from the service model: whatever AWS adds fails here. */
final class RouteTableTest {
    @Test
    void hasEveryOperationOfTheServiceModelAtItsPath() throws Exception {
        Map<String, String> sdk = operationsOfTheSdk();

        Map<String, String> ours = RouteTable.all().entries().stream()
                .filter(entry -> sdk.containsKey(entry.operation().operationName()))
                .collect(Collectors.toMap(
                        entry -> entry.operation().operationName(),
                        entry -> entry.method() + " " + entry.path(),
                        (first, second) -> first + ", " + second,
                        TreeMap::new));

        assertThat(ours).isEqualTo(sdk);
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
    private static Map<String, String> operationsOfTheSdk() throws Exception {
        Map<String, String> operations = new TreeMap<>();
        for (String marshaller : marshallers()) {
            Field binding = Class.forName(marshaller).getDeclaredField("SDK_OPERATION_BINDING");
            binding.setAccessible(true);
            OperationInfo operation = (OperationInfo) binding.get(null);
            String name = marshaller.replaceAll(".*\\.|RequestMarshaller$", "");
            operations.put(name, operation.httpMethod() + " " + operation.requestUri());
        }
        return operations;
    }

    private static Set<String> marshallers() throws IOException, URISyntaxException {
        Path jar = Path.of(BedrockRuntimeClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> all =
                        Files.list(files.getPath("software/amazon/awssdk/services/bedrockruntime/transform"))) {
            return all.map(Path::toString)
                    .filter(path -> path.endsWith("RequestMarshaller.class"))
                    .map(path -> path.replaceAll("^/|\\.class$", "").replace('/', '.'))
                    .collect(Collectors.toSet());
        }
    }
}
