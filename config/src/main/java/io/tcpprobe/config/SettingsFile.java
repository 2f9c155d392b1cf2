package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The file {@code settings} of the state folder: the values that were changed while the agent ran. */
public final class SettingsFile implements SettingStore.SettingPersistence {
    private final Path file;
    private final Clock clock;

    /** Creates an instance for this state folder; the file need not exist yet. */
    public SettingsFile(Path stateFolder, Clock clock) {
        this.file = stateFolder.resolve("settings");
        this.clock = clock;
    }

    /**
     * Reads the saved values; none if the file is malformed.
     *
     * @param wrong receives the problems
     * @throws IOException if the file exists and cannot be read
     */
    public List<SettingValue<?>> read(List<Problem> wrong) throws IOException {
        List<SettingValue<?>> values = new ArrayList<>();
        try {
            KeyValueFile.readState(file, wrong).forEach((key, text) -> read(key, text, values, wrong));
        } catch (NoSuchFileException _) {
            return values; // no setting was ever changed
        }
        return wrong.isEmpty() ? values : List.of();
    }

    /**
     * Reads the saved values for an agent that will save more: a malformed file is renamed and kept.
     *
     * @param warnings receives the problems and the new name of a malformed file
     * @throws IOException if the file exists and cannot be read or renamed
     */
    public List<SettingValue<?>> load(List<Problem> warnings) throws IOException {
        List<Problem> wrong = new ArrayList<>();
        List<SettingValue<?>> values = read(wrong);
        if (!wrong.isEmpty()) {
            Path renamed = StateFiles.renameToBad(file, clock);
            warnings.addAll(wrong);
            warnings.add(new Problem(
                    "read",
                    file.toString(),
                    "it is damaged and was renamed to " + renamed.getFileName(),
                    "the defaults are used; to restore the values, correct that file and rename it to settings"));
        }
        return values;
    }

    private void read(String key, String text, List<SettingValue<?>> values, List<Problem> wrong) {
        try {
            SettingValue<?> value = Settings.require(key).parse(text);
            if (value.setting().writable()) {
                values.add(value);
            } else { // would override the configuration file, where it belongs
                wrong.add(
                        new Problem("read", file + ": " + key, "it can be set at start only", "set it with --config"));
            }
        } catch (BadSettingException bad) {
            wrong.add(new Problem(
                    "read", file.toString(), String.valueOf(bad.getMessage()), "correct or remove the line"));
        }
    }

    @Override
    public void keep(Map<String, String> saved) throws IOException {
        StringBuilder text = new StringBuilder("# Settings that were changed while the agent ran.\n");
        saved.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        AtomicFile.write(file, text.toString(), "rw-r--r--");
    }
}
