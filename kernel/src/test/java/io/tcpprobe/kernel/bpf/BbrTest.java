package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the sources read of BBR, against what ss prints. */
class BbrTest {
    private static final int UNIT = 256; // of a gain
    private static final Pattern OF_SS = Pattern.compile(
            " bbr:\\(bw:(?<bw>\\d+)bps,mrtt:(?<rtt>[\\d.]+),pacing_gain:(?<pacing>[\\d.]+),cwnd_gain:(?<cwnd>[\\d.]+)");
    private static final List<FlowField> OF_DIAG =
            List.of(FlowField.BBR_BANDWIDTH, FlowField.BBR_MIN_RTT, FlowField.BBR_PACING_GAIN, FlowField.BBR_CWND_GAIN);

    /** A way to read the left side's flow to the port of a transfer. */
    enum Source {
        BPF {
            @Override
            FlowColumns flows(LinkedNamespaces namespaces) throws Exception {
                try (BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
                    return read(source);
                }
            }
        },
        DIAG {
            @Override
            FlowColumns flows(LinkedNamespaces namespaces) throws Exception {
                List<FlowColumns> read = new ArrayList<>();
                var settings = Bpf.settings("probetime=0");
                NetworkNamespaces.enter(namespaces.left(), () -> {
                    try (DiagSource source = DiagSource.open(settings, System::nanoTime)) {
                        read.add(FlowColumns.copyOf(source.rows()));
                    }
                });
                return read.getFirst();
            }
        };

        abstract FlowColumns flows(LinkedNamespaces namespaces) throws Exception;

        FlowRow flow(LinkedNamespaces namespaces, Transfer transfer) throws Exception {
            return FlowRow.of(flows(namespaces), transfer.port(), true);
        }
    }

    private static FlowColumns read(BpfSource source) throws IOException {
        source.refreshNow();
        return FlowColumns.copyOf(source.rows());
    }

    private static Transfer transfer(LinkedNamespaces namespaces) throws IOException {
        return new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1_000_000);
    }

    private static Map<FlowField, Long> ofSs(LinkedNamespaces namespaces) {
        String line = namespaces.ss().getFirst();
        Matcher bbr = OF_SS.matcher(line);
        assertTrue(bbr.find(), line);
        Map<FlowField, Long> values = new TreeMap<>();
        values.put(FlowField.BBR_BANDWIDTH, Long.parseLong(bbr.group("bw")) / 8);
        values.put(FlowField.BBR_MIN_RTT, scaled(bbr.group("rtt"), 1000));
        values.put(FlowField.BBR_PACING_GAIN, scaled(bbr.group("pacing"), UNIT));
        values.put(FlowField.BBR_CWND_GAIN, scaled(bbr.group("cwnd"), UNIT));
        return values;
    }

    private static long scaled(String number, int by) {
        return Math.round(Double.parseDouble(number) * by);
    }

    private static Map<FlowField, Long> of(FlowRow flow) {
        Map<FlowField, Long> values = new TreeMap<>();
        OF_DIAG.stream().filter(flow::has).forEach(field -> values.put(field, flow.get(field)));
        return values;
    }

    private static void requireBbr() throws IOException {
        Bpf.requireNamespaces();
        Path available = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
        Assumptions.assumeTrue(Files.readString(available).contains("bbr"), "the kernel has no bbr");
    }

    /** The connection is still, except for a delayed ACK: then the values are read again. */
    @ParameterizedTest
    @EnumSource
    void shouldReadWhatSsPrints(Source source) throws Exception {
        requireBbr();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.congestionControl("bbr");
            namespaces.slow();
            try (Transfer transfer = transfer(namespaces)) {
                Map<FlowField, Long> before;
                Map<FlowField, Long> right = ofSs(namespaces);
                FlowRow flow;
                do {
                    flow = source.flow(namespaces, transfer);
                    before = right;
                    right = ofSs(namespaces);
                } while (!right.equals(before));
                assertEquals(right, of(flow));
                assertTrue(right.get(FlowField.BBR_BANDWIDTH) > 0, right.toString());
                assertEquals(source == Source.BPF, flow.has(FlowField.BBR_MODE));
            }
        }
    }

    /** A connection that has sent little has not left the state startup, whose gain is 739. */
    @Test
    void shouldReadTheState() throws Exception {
        requireBbr();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.congestionControl("bbr");
            try (Transfer transfer =
                    new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1009)) {
                FlowRow young = FlowRow.of(read(source), transfer.port(), true);
                assertEquals(0, young.get(FlowField.BBR_MODE));
                assertEquals(739, young.get(FlowField.BBR_PACING_GAIN));
                namespaces.slow();
                transfer.exchange(5_000_000);
                FlowRow grown = FlowRow.of(read(source), transfer.port(), true);
                assertTrue(grown.get(FlowField.BBR_MODE) > 0, "it has filled the link");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveNoneOfAnotherAlgorithm(Source source) throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.congestionControl("reno");
            try (Transfer transfer = transfer(namespaces)) {
                FlowRow flow = source.flow(namespaces, transfer);
                assertEquals(Map.of(), of(flow));
                assertFalse(flow.has(FlowField.BBR_MODE));
            }
        }
    }
}
