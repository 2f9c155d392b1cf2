package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.StateFolder;
import io.tcpprobe.kernel.bpf.LibbpfVersion;
import io.tcpprobe.kernel.ffi.SystemClock;
import io.tcpprobe.kernel.proc.Capabilities;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks what works on this host and what does not. */
public final class Doctor {
    private Doctor() {}

    /**
     * What is checked.
     *
     * @param file the configuration file; null if there is none
     * @param configuration the settings, with their problems
     * @param stateFolder the state folder of these settings
     * @param running the agent that runs with this state folder
     * @param connectors all connectors
     */
    public record Subject(
            @Nullable Path file,
            Configuration configuration,
            StateFolder stateFolder,
            Optional<RunningFile.Running> running,
            List<ConnectorType> connectors) {}

    /** Returns the list of all checks, in the order in which their findings are shown. */
    static List<Check> checks(Subject subject) {
        HostFiles host = HostFiles.here();
        Clocks clocks = Clocks.system();
        long offsetMillis = ClockCheck.offsetMillis(clocks);
        List<Check> checks = new ArrayList<>();
        checks.add(new KernelCheck(host));
        checks.add(new LibbpfCheck(LibbpfVersion::load));
        checks.add(Doctor::capabilities);
        checks.add(new NamespaceCheck(host));
        if (subject.running.isPresent()) {
            checks.add(new RunningCheck(subject.running.get(), subject.connectors));
        } else {
            SettingStore settings = subject.configuration.store(List.of(), _ -> {
                throw new IOException("nothing is changed");
            });
            checks.add(new SourceCheck(() -> FlowSources.tryAll(settings, clocks.monotonicNanos())));
            checks.add(new PortsCheck(subject.configuration, subject.connectors, new PortHolders(host)));
        }
        checks.add(new SettingsCheck(subject.file, subject.configuration, subject.stateFolder.path()));
        checks.add(new StateFolderCheck(subject.stateFolder, ProcessUser.effectiveId(), subject.running.isPresent()));
        checks.add(new RuntimeCheck(
                "Java " + Runtime.version() + " of " + System.getProperty("java.vendor"),
                ManagementFactory.getRuntimeMXBean().getInputArguments()));
        checks.add(new SysctlCheck(host));
        checks.add(new LimitCheck(host));
        checks.add(new ClockCheck(clocks, offsetMillis, SystemClock::synchronizedByService));
        return checks;
    }

    private static List<Finding> capabilities() {
        try {
            return new CapabilityCheck(Capabilities.effective(), Capabilities.bounding()).run();
        } catch (IOException unknown) {
            return List.of(
                    Finding.warning("capabilities", "they cannot be read: " + unknown.getMessage(), "mount /proc"));
        }
    }

    /** Runs all checks. A check that fails itself is a finding. */
    public static List<Finding> examine(Subject subject) {
        List<Finding> found = new ArrayList<>();
        for (Check check : checks(subject)) {
            try {
                found.addAll(check.run());
            } catch (RuntimeException | LinkageError failed) {
                found.add(Finding.fails(
                        check.getClass().getSimpleName(),
                        "the check failed: " + failed,
                        "report this; other checks are not affected"));
            }
        }
        return found;
    }
}
