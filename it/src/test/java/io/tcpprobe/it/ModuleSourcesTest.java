package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Syntax;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Values that the Linux module states in several places are the same everywhere. */
class ModuleSourcesTest {
    private static final Pattern SETTING =
            Pattern.compile("X\\((\\w+), 0(444|644), (\\d+), (\\d+), (\\d+(?: << \\d+)?), \"");

    private static String read(String name) throws IOException {
        return Files.readString(KernelModule.SOURCES.resolve(name));
    }

    private static List<MatchResult> settings() throws IOException {
        List<MatchResult> found =
                SETTING.matcher(read("tcp_probe_plus.h")).results().toList();
        assertEquals(8, found.size());
        return found;
    }

    /** Parses "604800" or "1 << 20". */
    private static long number(String text) {
        int shift = text.indexOf(" << ");
        return shift < 0
                ? Long.parseLong(text)
                : Long.parseLong(text.substring(0, shift)) << Integer.parseInt(text.substring(shift + 4));
    }

    @Test
    void shouldHaveOneVersion() throws IOException {
        assertTrue(read("main.c").contains("MODULE_VERSION(\"2.0.0\")"));
        assertTrue(read("main.c").contains("\"version 2.0.0, "));
        assertTrue(read("dkms.conf").contains("PACKAGE_VERSION=\"2.0.0\""));
        assertTrue(read("README.md").startsWith("# tcp_probe_plus 2.0.0\n"));
    }

    @Test
    void shouldAcceptTheValuesThatTheAgentAccepts() throws IOException {
        for (MatchResult setting : settings()) {
            Setting<?> same = Settings.find(setting.group(1)).orElseThrow();
            Syntax.Whole range = (Syntax.Whole) same.syntax();
            assertEquals(range.min(), number(setting.group(4)), same.name());
            assertEquals(range.max(), number(setting.group(5)), same.name());
            assertEquals(same.change() == Setting.Change.LIVE, setting.group(2).equals("644"), same.name());
        }
    }

    /**
     * They differ in maxflows on purpose: the module keeps the default of tcp_probe_plus, the agent's is smaller. An agent whose source is
     * the module uses the module's values.
     */
    @Test
    void shouldHaveTheDefaultsOfTheAgentButForMaxflows() throws IOException {
        for (MatchResult setting : settings()) {
            Setting<?> same = Settings.find(setting.group(1)).orElseThrow();
            if (same.equals(Settings.MAXFLOWS)) {
                assertEquals("2000000", setting.group(3));
                assertEquals("100000", same.defaultText());
            } else {
                assertEquals(same.defaultText(), setting.group(3), same.name());
            }
        }
    }

    @Test
    void shouldDocumentEverySettingInItsReadme() throws IOException {
        String readme = read("README.md");
        for (MatchResult setting : settings()) {
            String row = "\\| " + setting.group(1) + "\\b[^|]*\\| \\w+ \\| " + setting.group(3) + " \\| "
                    + setting.group(4) + "( to |, )" + number(setting.group(5)) + " \\| "
                    + (setting.group(2).equals("644") ? "yes" : "no") + " \\|";
            assertTrue(Pattern.compile(row).matcher(readme).find(), row);
        }
    }
}
