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

    /** The file of this state folder; it need not exist yet. */
    public SettingsFile(Path stateFolder, Clock clock) {
        this.file = stateFolder.resolve("settings");
        this.clock = clock;
    }

    /**
     * The kept values. Of a file that makes no sense nothing is used.
     *
     * @param wrong gets what is wrong
     * @throws IOException if the file is there and cannot be read
     */
    public List<SettingValue<?>> read(List<Problem> wrong) throws IOException {
        List<SettingValue<?>> values = new ArrayList<>();
        try {
            KeyValueFile.readState(file, wrong).forEach((key, text) -> read(key, text, values, wrong));
        } catch (NoSuchFileException _) {
            return values; // nothing was ever changed
        }
        return wrong.isEmpty() ? values : List.of();
    }

    /**
     * The kept values, for an agent that is going to keep more: a file that makes no sense is kept aside.
     *
     * @param warnings gets what was wrong, and where the file lies now
     * @throws IOException if the file is there and cannot be read or moved
     */
    public List<SettingValue<?>> load(List<Problem> warnings) throws IOException {
        List<Problem> wrong = new ArrayList<>();
        List<SettingValue<?>> values = read(wrong);
        if (!wrong.isEmpty()) {
            Path aside = StateFiles.keepAside(file, clock);
            warnings.addAll(wrong);
            warnings.add(new Problem(
                    "read",
                    file.toString(),
                    "it makes no sense and was kept aside as " + aside.getFileName(),
                    "the defaults are used; to have the old values, mend that file and rename it to settings"));
        }
        return values;
    }

    private void read(String key, String text, List<SettingValue<?>> values, List<Problem> wrong) {
        try {
            SettingValue<?> value = Settings.require(key).parse(text);
            if (value.setting().writable()) {
                values.add(value);
            } else { // would win over the configuration file, where it belongs
                wrong.add(new Problem("read", file + ": " + key, "it changes at start only", "give it with --config"));
            }
        } catch (BadSettingException bad) {
            wrong.add(
                    new Problem("read", file.toString(), String.valueOf(bad.getMessage()), "mend or remove the line"));
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
