package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.ffi.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Sources for tests. */
final class Bpf {
    private Bpf() {}

    /** Settings of these values, "name=value". */
    static SettingStore settings(String... assignments) throws Exception {
        List<SettingValue<?>> values = new ArrayList<>();
        values.add(Settings.MAXFLOWS.of(1_000_000L)); // whatever else the host has
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            values.add(Settings.require(assignment.substring(0, equals)).parse(assignment.substring(equals + 1)));
        }
        return new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
    }

    /** Opens the source, which finds sockets by the iterator of BPF, whatever fault that may have here. If BPF does not work here, the test is skipped with the reason; in CI it fails. */
    static BpfSource open(SettingStore settings) throws IOException {
        return open(settings, System::nanoTime);
    }

    /** The same, with this clock. */
    static BpfSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        return orSkip(() -> BpfSource.open(Sampler.file(), settings, monotonicNanos));
    }

    /** The programs and maps alone, or the test is skipped as above. */
    static BpfObject load() throws IOException {
        return orSkip(() -> BpfObject.load(Sampler.file(), (_, _) -> {}));
    }

    @FunctionalInterface
    private interface Opener<T> {
        T open() throws IOException;
    }

    private static <T> T orSkip(Opener<T> opener) throws IOException {
        try {
            return opener.open();
        } catch (IOException refused) {
            if (refusedByVerifier(refused)) {
                throw new UncheckedIOException(refused);
            }
            throw TestRequirement.here("no BPF here: " + refused.getMessage());
        }
    }

    /** Whether the programs are at fault, and not what this process may do or what the host has. */
    private static boolean refusedByVerifier(IOException refused) throws IOException {
        return refused.getCause() instanceof ErrnoException kernel
                && kernel.errno() != ErrnoException.EPERM
                && Privileges.ofThisProcess().missing().isEmpty();
    }

    /** Skips the test unless this process may make network namespaces; in CI it fails. */
    static void requireNamespaces() throws IOException {
        TestRequirement.unless(
                Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN),
                "making network namespaces needs CAP_SYS_ADMIN");
    }
}
