package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Numbers and commands in the documents agree with the program. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DIAG = ROOT.resolve("kernel/src/main/java/io/tcpprobe/kernel/diag");
    private static final Pattern FIELD = Pattern.compile("\\bFlowField\\.([A-Z][A-Z0-9_]+)");

    /** Returns the fields that the source diag reads from the kernel, and those that are found by the socket's inode. */
    private static Set<FlowField> withoutPrivilege() throws IOException {
        Set<FlowField> fields = EnumSet.of(FlowField.PID, FlowField.COMMAND);
        try (Stream<Path> files = Files.list(DIAG)) {
            for (Path file : files.toList()) {
                FIELD.matcher(Files.readString(file))
                        .results()
                        .map(found -> FlowField.valueOf(found.group(1)))
                        .forEach(fields::add);
            }
        }
        return fields;
    }

    @Test
    void shouldCountTheValuesOfAFlow() throws IOException {
        Matcher numbers = Pattern.compile("up to (\\d+) values per flow.*adds (\\d+) values", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(numbers.find());
        int without = withoutPrivilege().size();
        assertEquals(without, Integer.parseInt(numbers.group(1)));
        assertEquals(FlowField.all().size() - without, Integer.parseInt(numbers.group(2)));
    }

    @Test
    void shouldNameTheSameOptionsOfTheBenchmarkEverywhere() throws IOException {
        List<String> usages = Stream.of(
                        "tcpprobe", "it/src/test/java/io/tcpprobe/it/bench/BenchPlan.java", "docs/performance.md")
                .map(file -> usage(ROOT.resolve(file)))
                .toList();
        String parts = "compared\\|synthetic\\|many\\|huge|compared, synthetic, many or huge";
        for (String text : usages) {
            List<MatchResult> found =
                    Pattern.compile(parts).matcher(text).results().toList();
            assertEquals(1, found.size(), text);
        }
    }

    /** Returns the text after the first line of usage. */
    private static String usage(Path file) {
        try {
            String text = Files.readString(file);
            int begin = text.indexOf(" bench [--all] [--quick] [--sockets N] [--only ");
            assertTrue(begin >= 0, () -> file + " does not name --all, --quick, --sockets and --only");
            return text.substring(begin, Math.min(text.length(), begin + 900));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
