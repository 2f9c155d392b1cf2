package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration file that packages install: every setting, commented out, with its default. */
class ConfigurationFileTest {
    private static final Path COMMITTED = Path.of("..", "packaging", "rendered", "tcpprobe.conf");
    private static final int WIDTH = 100;

    @TempDir
    private Path folder;

    private static String rendered() {
        StringBuilder text = new StringBuilder("""
                # The settings of tcpprobe; see tcpprobe.conf(5).
                #
                # Lines are KEY = VALUE. Every setting is listed with its default; to change one, remove the # before
                # its key. A value that was changed while the agent ran (SNMP, JMX, HTTP) takes precedence over this
                # file, and so do environment variables and options of the command line; 'tcpprobe settings' shows
                # the values in force and their origins.
                #
                # 'systemctl reload tcpprobe', or SIGHUP, applies changes of the settings that are marked live; the
                # others need a restart.
                """);
        for (SettingGroup group : SettingGroup.values()) {
            text.append("\n\n# ---- ").append(group.title()).append(" ----\n");
            Settings.of(group).forEach(setting -> render(text, setting));
        }
        return text.toString();
    }

    private static void render(StringBuilder text, Setting<?> setting) {
        text.append('\n');
        comment(text, setting.doc());
        comment(
                text,
                "Value: " + setting.ruleWithUnit() + ". Default: "
                        + (setting.defaultText().isEmpty() ? "empty" : setting.defaultText()) + ". "
                        + (setting.writable() ? "Live." : "At start only."));
        text.append(("#" + setting.name() + " = " + setting.defaultText()).strip())
                .append('\n');
    }

    private static void comment(StringBuilder text, String words) {
        int column = 0;
        for (String word : words.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? "# " : " ").append(word);
            column += column == 0 ? 2 + word.length() : 1 + word.length();
        }
        text.append('\n');
    }

    private Configuration read(String text) throws IOException {
        return Configuration.read(Files.writeString(folder.resolve("tcpprobe.conf"), text), Map.of(), List.of());
    }

    @Test
    void shouldBeTheCommittedFile() throws IOException {
        Rendered.assertCommitted(COMMITTED, rendered());
    }

    @Test
    void shouldSetNothingAsItIs() throws IOException {
        Configuration read = read(rendered());
        assertEquals(List.of(), read.problems());
        assertEquals(List.of(), read.values(Origin.FILE));
    }

    @Test
    void shouldSetEverySettingToItsDefaultIfUncommented() throws IOException {
        Configuration read = read(rendered().replaceAll("(?m)^#(?=[a-z])", ""));
        assertEquals(List.of(), read.problems());
        assertEquals(texts(Settings.ALL.stream().map(Setting::defaultValue).toList()), texts(read.values(Origin.FILE)));
    }

    private static List<String> texts(List<? extends SettingValue<?>> values) {
        return values.stream()
                .map(value -> value.setting() + "=" + value.text())
                .sorted()
                .toList();
    }
}
