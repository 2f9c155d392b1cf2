package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manual pages that packages install. */
class ManPagesTest {
    private static final Path FOLDER = Path.of("..", "packaging", "rendered", "man");

    private static Map<String, String> pages() {
        Map<String, String> pages =
                new TreeMap<>(CommandPages.all(Commands.line().getCommandSpec()));
        pages.put("tcpprobe.conf.5", SettingsPage.render());
        pages.put("tcpprobe-mib.7", MibPage.render());
        return pages;
    }

    @Test
    void shouldBeTheCommittedFiles() throws IOException {
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Rendered.assertCommitted(FOLDER.resolve(page.getKey()), page.getValue());
        }
    }

    @Test
    void shouldHaveNoPageOfAFormerCommand() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names =
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(pages().keySet(), names);
        }
    }

    @Test
    void shouldKeepCharactersThatFormattersChange() {
        assertEquals(
                "\\(aqa \\(ti b\\(aq, \\-\\-set, \\-h, read-only \\e",
                Mdoc.escaped("'a ~ b', --set, -h, read-only \\"));
    }
}
