package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row agrees with the output of ss for the same socket. */
class AgreementWithSsTest {
    private static final int ESTABLISHED = 5;
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    /** What ss prints as name:value, and the field it is. */
    private static final Map<String, FlowField> NUMBERS = new LinkedHashMap<>();

    static {
        NUMBERS.put("mss", FlowField.MSS);
        NUMBERS.put("pmtu", FlowField.PMTU);
        NUMBERS.put("rcvmss", FlowField.RECEIVE_MSS);
        NUMBERS.put("advmss", FlowField.ADVERTISED_MSS);
        NUMBERS.put("cwnd", FlowField.CWND);
        NUMBERS.put("ssthresh", FlowField.SSTHRESH);
        NUMBERS.put("bytes_sent", FlowField.BYTES_SENT);
        NUMBERS.put("bytes_retrans", FlowField.BYTES_RETRANS);
        NUMBERS.put("bytes_received", FlowField.BYTES_RECEIVED);
        NUMBERS.put("segs_out", FlowField.SEGS_OUT);
        NUMBERS.put("segs_in", FlowField.SEGS_IN);
        NUMBERS.put("data_segs_out", FlowField.DATA_SEGS_OUT);
        NUMBERS.put("data_segs_in", FlowField.DATA_SEGS_IN);
        NUMBERS.put("delivered", FlowField.DELIVERED);
        NUMBERS.put("dsack_dups", FlowField.DSACK_DUPS);
        NUMBERS.put("reord_seen", FlowField.REORDER_SEEN);
        NUMBERS.put("reordering", FlowField.REORDERING);
        NUMBERS.put("rcv_space", FlowField.RECEIVE_SPACE);
        NUMBERS.put("rcv_ssthresh", FlowField.RECEIVE_SSTHRESH);
        NUMBERS.put("snd_wnd", FlowField.SEND_WINDOW);
        NUMBERS.put("unacked", FlowField.UNACKED);
        NUMBERS.put("sacked", FlowField.SACKED);
        NUMBERS.put("lost", FlowField.LOST);
        NUMBERS.put("notsent", FlowField.NOT_SENT);
        NUMBERS.put("backoff", FlowField.BACKOFF);
        NUMBERS.put("delivered_ce", FlowField.DELIVERED_CE);
        NUMBERS.put("rcv_ooopack", FlowField.OUT_OF_ORDER);
        NUMBERS.put("uid", FlowField.UID);
        NUMBERS.put("ino", FlowField.INODE);
    }

    /** What ss prints as name:value in milliseconds. */
    private static final Map<String, FlowField> MILLIS = Map.of(
            "rto", FlowField.RTO,
            "ato", FlowField.ATO,
            "minrtt", FlowField.MIN_RTT,
            "rcv_rtt", FlowField.RECEIVE_RTT,
            "busy", FlowField.BUSY_TIME,
            "rwnd_limited", FlowField.RWND_LIMITED,
            "sndbuf_limited", FlowField.SNDBUF_LIMITED);

    /** What ss prints as name and, in the next word, bits a second; our fields are bytes a second. */
    private static final Map<String, FlowField> RATES =
            Map.of("pacing_rate", FlowField.PACING_RATE, "delivery_rate", FlowField.DELIVERY_RATE);

    /** Words of ss, and the bit of options that each is. */
    private static final Map<String, Integer> OPTIONS =
            Map.of("ts", 1, "sack", 2, "ecn", 8, "ecnseen", 16, "fastopen", 32);

    @ParameterizedTest
    @CsvSource({
        "cubic, IPV4, PLAIN",
        "bbr,   IPV4, PLAIN",
        "reno,  IPV4, PLAIN",
        "cubic, IPV6, PLAIN",
        "bbr,   IPV6, LOSS",
        "cubic, IPV4, LOSS",
        "reno,  IPV6, LOSS",
        "cubic, IPV4, SLOW",
        "bbr,   IPV6, SLOW"
    })
    void shouldShowWhatSsShows(String congestionControl, String version, String link) throws Exception {
        Bpf.requireNamespaces();
        Path available = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.readString(available).contains(congestionControl), "the kernel has no " + congestionControl);
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=10"))) {
            namespaces.congestionControl(congestionControl);
            if (link.equals("LOSS")) {
                namespaces.lose();
            } else if (link.equals("SLOW")) {
                namespaces.slow();
            }
            String to = version.equals("IPV4") ? LinkedNamespaces.RIGHT_IPV4 : LinkedNamespaces.RIGHT_IPV6;
            try (Transfer _ = new Transfer(namespaces.left(), namespaces.right(), to, 3_000_000)) {
                compare(source, namespaces, congestionControl);
            }
        }
    }

    /** Compares until both were taken of the same moment: what still changes between the two is looked at again. */
    private static void compare(BpfSource source, LinkedNamespaces namespaces, String congestionControl)
            throws Exception {
        Map<String, String> shown = Map.of();
        Map<String, String> ours = Map.of();
        for (int i = 0; i < 20 && (i == 0 || !shown.equals(ours)); i++) {
            Waiting.pause(Duration.ofMillis(100)); // in which the connection comes to rest
            source.refresh();
            FlowColumns flows = FlowColumns.copyOf(source.rows());
            List<String> lines = namespaces.ss();
            assertEquals(1, lines.size(), String.join("\n", lines));
            shown = new TreeMap<>();
            ours = new TreeMap<>();
            collect(lines.getFirst(), flows, shown, ours);
            shown.put("congestion control", lines.getFirst().contains(" " + congestionControl + " ") ? "yes" : "no");
            ours.put(
                    "congestion control",
                    flows.text(FlowField.CONGESTION_CONTROL, at(lines.getFirst(), flows))
                                    .equals(congestionControl)
                            ? "yes"
                            : "no");
        }
        assertEquals(shown, ours);
    }

    private static int at(String line, FlowColumns flows) {
        long cookie = Long.parseUnsignedLong(line.replaceFirst("(?s).*\\bsk:([0-9a-f]+).*", "$1"), 16);
        for (int i = 0; i < flows.size(); i++) {
            if (flows.number(FlowField.COOKIE, i) == cookie) {
                return i;
            }
        }
        throw new AssertionError("no row has the cookie of " + line);
    }

    private static void collect(String line, FlowColumns flows, Map<String, String> shown, Map<String, String> ours) {
        int at = at(line, flows);
        List<String> words = List.of(line.split("\\s+", -1));
        collectRates(words, at, flows, shown, ours);
        for (String word : words) {
            int colon = word.indexOf(':');
            String name = colon < 0 ? "" : word.substring(0, colon);
            String value = word.substring(colon + 1);
            if (NUMBERS.containsKey(name)) {
                shown.put(name, value);
                ours.put(name, Long.toString(flows.number(NUMBERS.get(name), at)));
            } else if (MILLIS.containsKey(name)) {
                shown.put(name, micros(value.replaceFirst("ms.*", ""))); // busy:12ms, rwnd_limited:3ms(25.0%)
                ours.put(name, Long.toString(flows.number(MILLIS.get(name), at)));
            } else if (name.equals("rtt")) {
                shown.put(name, micros(value.split("/", -1)[0]) + "/" + micros(value.split("/", -1)[1]));
                ours.put(name, flows.number(FlowField.SRTT, at) + "/" + flows.number(FlowField.RTTVAR, at));
            } else if (name.equals(
                    "bytes_acked")) { // ss counts the SYN of the left side, which has opened the connection
                shown.put(name, Long.toString(Long.parseLong(value) - 1));
                ours.put(name, Long.toString(flows.number(FlowField.BYTES_ACKED, at)));
            } else if (name.equals("wscale")) {
                shown.put(name, value);
                ours.put(
                        name,
                        flows.number(FlowField.SEND_WINDOW_SCALE, at) + ","
                                + flows.number(FlowField.RECEIVE_WINDOW_SCALE, at));
            } else if (name.equals("retrans")) {
                shown.put(name, value);
                ours.put(name, flows.number(FlowField.RETRANS_OUT, at) + "/" + flows.number(FlowField.RETRANS, at));
            }
        }
    }

    private static void collectRates(
            List<String> words, int at, FlowColumns flows, Map<String, String> shown, Map<String, String> ours) {
        RATES.forEach((name, field) -> {
            int place = words.indexOf(name);
            shown.put(name, place < 0 ? "none" : words.get(place + 1));
            ours.put(name, flows.has(field, at) ? flows.number(field, at) * 8 + "bps" : "none");
        });
        int options = words.stream()
                .filter(OPTIONS::containsKey)
                .mapToInt(OPTIONS::get)
                .sum();
        shown.put("options", Integer.toString(options));
        ours.put(
                "options",
                Long.toString(flows.number(FlowField.OPTIONS, at) & ~4)); // 4, wscale, is a number of its own
        shown.put("app_limited", words.contains("app_limited") ? "1" : "0");
        ours.put("app_limited", Long.toString(flows.number(FlowField.APP_LIMITED, at)));
        shown.put("state and queues", String.join(" ", words.subList(0, 3)));
        ours.put(
                "state and queues",
                (flows.number(FlowField.STATE, at) == ESTABLISHED ? "ESTAB" : "not ESTAB") + " "
                        + flows.number(FlowField.RECEIVE_QUEUE, at) + " " + flows.number(FlowField.SEND_QUEUE, at));
    }

    private static String micros(String millis) {
        return new BigDecimal(millis).multiply(THOUSAND).toBigInteger().toString();
    }
}
