package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sources for tests. */
final class Bpf {
    private Bpf() {}

    /** Settings of these values, "name=value". */
    static SettingStore settings(String... values) throws Exception {
        Map<Setting<?>, String> given = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            given.put(Settings.require(value.substring(0, equals)), value.substring(equals + 1));
        }
        return new SettingStore(Map.of(Origin.COMMAND_LINE, given), _ -> {});
    }

    /** A source, or the test is skipped and says why BPF does not work here. */
    static BpfSource open(SettingStore settings) {
        try {
            return BpfSource.open(settings, System::nanoTime);
        } catch (IOException refused) {
            return abort("no BPF here: " + refused.getMessage());
        }
    }

    /** Skips the test unless this process may make network namespaces. */
    static void requireNamespaces() throws IOException {
        if (!Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN)) {
            abort("making network namespaces needs CAP_SYS_ADMIN");
        }
    }
}
