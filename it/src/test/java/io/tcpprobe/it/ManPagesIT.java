package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manual pages that packages install, as the formatters of distributions read them. */
class ManPagesIT {
    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../packaging/rendered/man"))) {
            List<Path> pages = files.sorted().toList();
            assertTrue(pages.size() > 8, pages::toString);
            return pages;
        }
    }

    @Test
    @Needs("mandoc")
    void shouldPassMandocWithoutWarnings() throws IOException {
        for (Path page : pages()) {
            Tools.Result result = Tools.here().run("mandoc", "-T", "lint", "-W", "warning", page.toString());
            // References to pages that this host does not have are of level style.
            assertEquals("", result.all(), result::toString);
        }
    }

    @Test
    @Needs("man")
    void shouldBeFormattedByManWithoutWarnings() throws IOException {
        for (Path page : pages()) {
            Tools.Result result = Tools.here()
                    .run(
                            List.of("man", "--warnings", "-E", "UTF-8", "-l", page.toString()),
                            Map.of("MANROFFSEQ", "", "MANWIDTH", "80", "LC_ALL", "C.UTF-8"),
                            "");
            assertEquals("", result.err(), result::toString);
            assertTrue(result.out().contains("SEE ALSO"), result::toString);
        }
    }
}
