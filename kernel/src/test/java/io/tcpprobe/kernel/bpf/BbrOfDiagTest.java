package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What the source diag reads of BBR, against what ss prints. */
class BbrOfDiagTest {
    /** The left side's flow to the port of a transfer. */
    private static FlowRow flow(LinkedNamespaces namespaces, Transfer transfer) throws Exception {
        List<FlowColumns> read = new ArrayList<>();
        var settings = Bpf.settings("probetime=0");
        NamespaceSweeper.enter(namespaces.left(), () -> {
            try (DiagSource diag = DiagSource.open(settings, System::nanoTime)) {
                read.add(FlowColumns.copyOf(diag.rows()));
            }
        });
        return FlowRow.of(read.getFirst(), transfer.port(), true);
    }

    private static Transfer transfer(LinkedNamespaces namespaces) throws IOException {
        return new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1_000_000);
    }

    @Test
    void shouldReadWhatSsPrints() throws Exception {
        Bpf.requireNamespaces();
        Path available = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
        Assumptions.assumeTrue(Files.readString(available).contains("bbr"), "the kernel has no bbr");
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.congestionControl("bbr");
            try (Transfer transfer = transfer(namespaces)) {
                FlowRow flow = flow(namespaces, transfer);
                String line = namespaces.ss().getFirst();
                String bits = line.replaceFirst("(?s).* bbr:\\(bw:(\\d+)bps.*", "$1");
                assertEquals(Long.parseLong(bits), flow.get(FlowField.BBR_BANDWIDTH) * 8, line);
                assertTrue(flow.get(FlowField.BBR_MIN_RTT) > 0);
                assertTrue(flow.get(FlowField.BBR_PACING_GAIN) > 0 && flow.get(FlowField.BBR_CWND_GAIN) > 0);
            }
        }
    }

    @Test
    void shouldHaveNoneOfAnotherAlgorithm() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.congestionControl("reno");
            try (Transfer transfer = transfer(namespaces)) {
                assertFalse(flow(namespaces, transfer).has(FlowField.BBR_BANDWIDTH));
            }
        }
    }
}
