package io.tcpprobe.agent.state;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.AtomicFile;
import io.tcpprobe.config.KeyValueFile;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code running} of the state folder: the effective values of the running agent, for commands that show them. It exists while an
 * agent runs; one that remains after a crash is detected by its process id.
 */
public final class RunningFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningFile.class);
    private static final String PID = "agent.pid";
    private static final String STARTED = "agent.started";
    private static final String SOURCE = "agent.source";
    private static final String USED = "agent.uses";
    private static final String AGENT = "agent.";
    private static final String ORIGIN = ".origin";

    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Path file;
    private final SettingStore settings;
    private final String source;
    private final Set<Setting<?>> used;
    private final Map<String, List<InetSocketAddress>> listening;

    private RunningFile(
            Path file,
            SettingStore settings,
            String source,
            Set<Setting<?>> used,
            Map<String, List<InetSocketAddress>> listening) {
        this.file = file;
        this.settings = settings;
        this.source = source;
        this.used = used;
        this.listening = listening;
    }

    /**
     * Writes the file, and rewrites it at every change of a setting.
     *
     * @param listening the addresses that each connector listens on, by its name
     * @throws IOException if it cannot be written
     */
    public static RunningFile write(
            Path stateFolder,
            SettingStore settings,
            String source,
            Set<Setting<?>> used,
            Map<String, List<InetSocketAddress>> listening)
            throws IOException {
        RunningFile file = new RunningFile(stateFolder.resolve("running"), settings, source, used, listening);
        file.write();
        settings.follow(Settings.ALL, _ -> file.rewrite());
        return file;
    }

    private void write() throws IOException {
        var lines = new ArrayList<String>();
        lines.add("# Settings in force in the running agent, which writes this file. Edits have no effect.");
        lines.add(PID + " = " + ProcessHandle.current().pid());
        lines.add(STARTED + " = " + startOf(ProcessHandle.current()));
        lines.add(SOURCE + " = " + source);
        lines.add(USED + " = " + used.stream().map(Setting::name).sorted().collect(Collectors.joining(" ")));
        listening.forEach((connector, addresses) -> lines.add(AGENT + connector + " = "
                + addresses.stream().map(RunningFile::reachable).collect(Collectors.joining(" "))));
        for (Setting<?> setting : Settings.ALL) {
            lines.add(setting.name() + " = " + settings.shown(setting));
            lines.add(setting.name() + ORIGIN + " = " + settings.origin(setting).label());
        }
        AtomicFile.write(file, String.join("\n", lines) + "\n", "rw-r--r--");
    }

    /** Converts an address to one that commands on this host can connect to: a wildcard is not one. */
    private static String reachable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? AddressText.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()))
                : AddressText.of(address);
    }

    private void rewrite() {
        try {
            write();
        } catch (IOException failed) {
            log.warn(
                    LOG,
                    "write the file running",
                    failed.toString(),
                    "write " + file + ": " + failed.getMessage() + "; '" + ProgramName.command("settings")
                            + "' shows old values");
        }
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * The effective values of an agent.
     *
     * @param pid its process id
     * @param source the source of its flows
     * @param used names of the settings that have an effect on that source
     * @param values values by setting name, and their origins by name + ".origin"
     */
    public record Running(long pid, String source, Set<String> used, Map<String, String> values) {
        /** Returns a setting's value, with secrets hidden. */
        public String value(Setting<?> setting) {
            return values.getOrDefault(setting.name(), "");
        }

        /** Returns the addresses that a connector listens on: "127.0.0.1:8778" for "http"; empty if it does not listen. */
        public List<String> addresses(String connector) {
            String addresses = values.getOrDefault(AGENT + connector, "");
            return addresses.isEmpty() ? List.of() : List.of(addresses.split(" ", -1));
        }

        /** Returns the origin of a setting's value. */
        public String origin(Setting<?> setting) {
            return values.getOrDefault(setting.name() + ORIGIN, "");
        }
    }

    /** Returns the agent that runs with this state folder; empty if there is none. */
    public static Optional<Running> read(Path stateFolder) {
        try {
            Map<String, String> values = KeyValueFile.readState(stateFolder.resolve("running"), new ArrayList<>());
            long pid = Long.parseLong(values.getOrDefault(PID, "-1"));
            boolean alive = ProcessHandle.of(pid)
                    .map(process -> startOf(process).equals(values.get(STARTED)))
                    .orElse(false);
            Set<String> used = Set.of(values.getOrDefault(USED, "").split(" ", -1));
            return alive
                    ? Optional.of(new Running(pid, values.getOrDefault(SOURCE, ""), used, values))
                    : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            return Optional.empty(); // no agent runs, or this user may not read its file
        }
    }
}
