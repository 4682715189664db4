import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks or applies the house format to every Java source of the tree. Run by the build in the selected JDK. */
final class Format {
    public static void main(String[] arguments) throws Exception {
        boolean apply = arguments[0].equals("apply");
        Path root = Path.of(arguments[1]);
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .build());
        List<Path> sources;
        try (Stream<Path> files = Files.walk(root)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !root.relativize(file).startsWith(".mvn"))
                    .sorted()
                    .toList();
        }
        List<Path> different = new ArrayList<>();
        for (Path source : sources) {
            String before = Files.readString(source);
            String ordered = ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(before), JavaFormatterOptions.Style.PALANTIR);
            String after = formatter.formatSource(ordered);
            if (!after.equals(before)) {
                different.add(root.relativize(source));
                if (apply) {
                    Files.writeString(source, after);
                }
            }
        }
        if (apply) {
            System.out.println("formatted " + different.size() + " of " + sources.size() + " sources");
        } else if (!different.isEmpty()) {
            different.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println("run: mvn -N -Pformat process-sources");
            System.exit(1);
        }
    }
}
