package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The output of {@code ss -tine} for one connection, and the expected values of a flow's fields derived from it. */
final class SocketStatistics {
    /** "cwnd:10", "delivery_rate 16384000000bps", "app_limited". */
    private static final Pattern WORD =
            Pattern.compile("(?<key>[a-z_]+(?:-reno)?)(?:[: ](?<value>[0-9][^ ]*))?(?= |$)");

    private static final Pattern BBR = Pattern.compile("bbr:\\(bw:(?<bandwidth>\\d+)bps,mrtt:(?<rtt>[\\d.e+]+),"
            + "pacing_gain:(?<pacing>[\\d.]+),cwnd_gain:(?<cwnd>[\\d.]+)");

    private static final Map<FlowField, String> MEMORY = Map.of(
            FlowField.RECEIVE_MEMORY, "r",
            FlowField.RECEIVE_BUFFER, "rb",
            FlowField.SEND_MEMORY, "w",
            FlowField.SEND_BUFFER, "tb",
            FlowField.BACKLOG_MEMORY, "bl",
            FlowField.DROPS, "d");

    private static final List<String> RATES = List.of("pacing_rate", "delivery_rate", "send");
    private static final long THOUSAND = 1000;
    private static final long BITS = 8;
    private static final long GAIN = 256;

    /** The kernel delays an ACK by at most 200 ms (TCP_DELACK_MAX); before Linux 6.5 tcp_info has the estimate before it is limited. */
    private static final long MAX_ATO = 200_000;

    private static final int MAX_ATTEMPTS = 20;

    private final String line;
    private final Map<String, String> words = new LinkedHashMap<>();

    private SocketStatistics(String line) {
        this.line = line;
        String details = line.substring(line.indexOf("<->") + 3);
        for (Matcher word = WORD.matcher(details); word.find(); ) {
            boolean rate = RATES.contains(word.group("key"));
            if (word.group("value") != null && (rate || word.group().contains(":"))) {
                words.put(word.group("key"), word.group("value").replace("bps", ""));
            } else {
                words.put(word.group("key"), "");
            }
        }
        String[] columns = line.split(" +", -1);
        words.put("recv-q", columns[1]);
        words.put("send-q", columns[2]);
        Matcher identity = Pattern.compile(" ino:(\\d+) sk:([0-9a-f]+) ").matcher(line);
        if (identity.find()) {
            words.put("ino", identity.group(1));
            words.put("sk", Long.toString(Long.parseUnsignedLong(identity.group(2), 16)));
        }
    }

    /** Runs ss for the connection between two ports. */
    static SocketStatistics of(Tools tools, int localPort, int remotePort) {
        String printed = tools.run("ss", "-tineHO", "( sport = :" + localPort + " and dport = :" + remotePort + " )")
                .expectSuccess();
        List<String> lines = printed.lines().toList();
        if (lines.size() != 1) {
            throw new AssertionError("ss has " + lines.size() + " connections from port " + localPort + " to "
                    + remotePort + ":\n" + printed);
        }
        return new SocketStatistics(lines.getFirst());
    }

    /** Parses the output of {@code ss -tinempHO} for many connections; returns them by cookies. */
    static Map<Long, SocketStatistics> parseAll(String printed) {
        Map<Long, SocketStatistics> all = new LinkedHashMap<>();
        for (String line : printed.lines().toList()) {
            SocketStatistics one = new SocketStatistics(line);
            all.put(one.cookie(), one);
        }
        return all;
    }

    /** Returns the kernel's cookie of the socket. */
    long cookie() {
        return number("sk");
    }

    /** Returns true if no data is in flight. */
    boolean quiet() {
        return number("send-q") == 0 && number("unacked") == 0;
    }

    /** Returns the number of segments retransmitted since the connection began. */
    long retransmitted() {
        return Long.parseLong(words.getOrDefault("retrans", "0/0").replaceAll(".*/", ""));
    }

    /** Returns the values that do not change while nothing is sent or received. */
    Map<String, String> standing() {
        Map<String, String> standing = new LinkedHashMap<>(words);
        List.of("lastsnd", "lastrcv", "lastack", "send").forEach(standing::remove);
        List.of("busy", "rwnd_limited", "sndbuf_limited")
                .forEach(standing::remove); // these grow while data is in flight
        return standing;
    }

    /**
     * Waits until a connection is idle, and checks that an agent shows the same values as ss.
     *
     * @param expected returns the values that the agent must show, for the output of ss
     * @param read reads these values from the agent
     * @return the output of ss
     */
    static <K extends Comparable<K>> SocketStatistics assertAgrees(
            Tools ss,
            int localPort,
            int remotePort,
            Function<SocketStatistics, Map<K, Long>> expected,
            Function<List<K>, List<Snmp.Varbind>> read) {
        Waiting.until("an idle connection", () -> of(ss, localPort, remotePort), SocketStatistics::quiet);
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            SocketStatistics before = of(ss, localPort, remotePort);
            Map<K, Long> values = new TreeMap<>(expected.apply(before));
            List<Snmp.Varbind> cells = read.apply(List.copyOf(values.keySet()));
            if (before.standing().equals(of(ss, localPort, remotePort).standing())) {
                Map<K, Long> found = new TreeMap<>();
                for (K key : values.keySet()) {
                    Snmp.Varbind cell = cells.get(found.size());
                    assertTrue(cell.present(), () -> "there is no " + key + ": " + cell);
                    found.put(key, cell.number());
                }
                assertEquals(values, found, () -> "ss says: " + before);
                return before;
            }
        }
        throw new AssertionError("the connection did not come to rest: " + of(ss, localPort, remotePort));
    }

    /** Returns the expected values of the flow's fields; an absent field has no value. Fields that ss does not show are left out. */
    Map<FlowField, Long> expected() {
        Map<FlowField, Long> expected = new LinkedHashMap<>();
        counts().forEach((field, key) -> expected.put(field, number(key)));
        expected.put(FlowField.BYTES_ACKED, octetsAcked());
        expected.put(FlowField.SRTT, micros("rtt", 0));
        expected.put(FlowField.RTTVAR, micros("rtt", 1));
        expected.put(FlowField.RTO, micros("rto", 0));
        expected.put(FlowField.ATO, Math.min(micros("ato", 0), MAX_ATO));
        expected.put(FlowField.MIN_RTT, micros("minrtt", 0));
        expected.put(FlowField.RETRANS, retransmitted());
        expected.put(
                FlowField.RETRANS_OUT,
                Long.parseLong(words.getOrDefault("retrans", "0/0").replaceAll("/.*", "")));
        putIfShown(expected, FlowField.SSTHRESH, "ssthresh", 1); // ss does not show a value that is not set yet
        putIfShown(expected, FlowField.REORDERING, "reordering", 1); // nor the default of 3
        putIfShown(expected, FlowField.RECEIVE_SPACE, "rcv_space", 1);
        putIfShown(expected, FlowField.DELIVERY_RATE, "delivery_rate", BITS);
        putIfShown(expected, FlowField.PACING_RATE, "pacing_rate", BITS);
        expected.put(FlowField.APP_LIMITED, words.containsKey("app_limited") ? 1L : 0L);
        return expected;
    }

    /**
     * Returns the octets that were acknowledged, while no data is in flight: the octets sent. The kernel's bytes_sent also includes what a
     * local queue refused; then bytes_acked is used, in which the active opener counts its SYN.
     */
    private long octetsAcked() {
        long sent = number("bytes_sent") - number("bytes_retrans");
        return sent <= number("bytes_acked") ? sent : number("bytes_acked") - 1;
    }

    /** Returns {@link #expected()} with the values that only {@code ss -tinempO} shows, including those of its memory. */
    Map<FlowField, Long> everything() {
        Map<FlowField, Long> expected = expected();
        long unacknowledged = number("send-q") - number("notsent");
        expected.put(FlowField.BYTES_ACKED, number("bytes_sent") - number("bytes_retrans") - unacknowledged);
        expected.put(FlowField.BACKOFF, number("backoff"));
        expected.put(FlowField.DELIVERED_CE, number("delivered_ce"));
        expected.put(FlowField.UID, number("uid"));
        expected.put(FlowField.IN_FLIGHT, inFlight());
        if (words.containsKey("rcv_rtt")) {
            expected.put(FlowField.RECEIVE_RTT, micros("rcv_rtt", 0));
        }
        if (words.containsKey("wscale")) {
            String[] scales = words.getOrDefault("wscale", "").split(",", -1);
            expected.put(FlowField.SEND_WINDOW_SCALE, Long.parseLong(scales[0]));
            expected.put(FlowField.RECEIVE_WINDOW_SCALE, Long.parseLong(scales[1]));
        }
        MEMORY.forEach((field, letters) -> expected.put(field, memory(letters)));
        expected.putAll(bbr());
        return expected;
    }

    /** Returns what ss shows of BBR; nothing of other algorithms. */
    private Map<FlowField, Long> bbr() {
        Matcher shown = BBR.matcher(line);
        if (!shown.find()) {
            return Map.of();
        }
        return Map.of(
                FlowField.BBR_BANDWIDTH, Long.parseLong(shown.group("bandwidth")) / BITS,
                FlowField.BBR_MIN_RTT, scaled(shown.group("rtt"), THOUSAND),
                FlowField.BBR_PACING_GAIN, scaled(shown.group("pacing"), GAIN),
                FlowField.BBR_CWND_GAIN, scaled(shown.group("cwnd"), GAIN));
    }

    private static long scaled(String number, long by) {
        return Math.round(Double.parseDouble(number) * by);
    }

    /** Returns the times, in microseconds, that grow although nothing is sent or received. */
    Map<FlowField, Long> clocks() {
        return Map.of(
                FlowField.BUSY_TIME, millis("busy"),
                FlowField.RWND_LIMITED, millis("rwnd_limited"),
                FlowField.SNDBUF_LIMITED, millis("sndbuf_limited"));
    }

    /** As defined in docs/fields.md. */
    private long inFlight() {
        String out = words.getOrDefault("retrans", "0/0").replaceAll("/.*", "");
        return number("unacked") - number("sacked") - number("lost") + Long.parseLong(out);
    }

    /** Parses "busy:12ms", "rwnd_limited:3ms(25.0%)"; returns microseconds. */
    private long millis(String key) {
        return Long.parseLong(words.getOrDefault(key, "0").replaceFirst("ms.*", "")) * THOUSAND;
    }

    /** Parses "skmem:(r0,rb131072,t0,tb87040,f0,w0,o0,bl0,d0)". */
    private long memory(String letters) {
        Matcher found =
                Pattern.compile("skmem:\\((?:.*,)?" + letters + "(\\d+)[,)]").matcher(line);
        if (!found.find()) {
            throw new AssertionError("ss shows no memory '" + letters + "': " + line);
        }
        return Long.parseLong(found.group(1));
    }

    /** Returns the processes that have the socket open. */
    Set<Long> processes() {
        return Pattern.compile("\"[^\"]*\",pid=(\\d+),")
                .matcher(line)
                .results()
                .map(match -> Long.parseLong(match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns true if the connection is open in both directions: no FIN was sent or received. */
    boolean established() {
        return line.startsWith("ESTAB ");
    }

    /** Returns true if the output of ss contains this word: the name of a congestion control. */
    boolean has(String word) {
        return words.containsKey(word);
    }

    /** Returns the fields that ss shows unchanged, and omits if zero. */
    private static Map<FlowField, String> counts() {
        return Map.ofEntries(
                Map.entry(FlowField.CWND, "cwnd"),
                Map.entry(FlowField.SEND_WINDOW, "snd_wnd"),
                Map.entry(FlowField.LOST, "lost"),
                Map.entry(FlowField.UNACKED, "unacked"),
                Map.entry(FlowField.SACKED, "sacked"),
                Map.entry(FlowField.MSS, "mss"),
                Map.entry(FlowField.PMTU, "pmtu"),
                Map.entry(FlowField.RECEIVE_MSS, "rcvmss"),
                Map.entry(FlowField.ADVERTISED_MSS, "advmss"),
                Map.entry(FlowField.BYTES_SENT, "bytes_sent"),
                Map.entry(FlowField.BYTES_RETRANS, "bytes_retrans"),
                Map.entry(FlowField.BYTES_RECEIVED, "bytes_received"),
                Map.entry(FlowField.SEGS_OUT, "segs_out"),
                Map.entry(FlowField.SEGS_IN, "segs_in"),
                Map.entry(FlowField.DATA_SEGS_OUT, "data_segs_out"),
                Map.entry(FlowField.DATA_SEGS_IN, "data_segs_in"),
                Map.entry(FlowField.DELIVERED, "delivered"),
                Map.entry(FlowField.DSACK_DUPS, "dsack_dups"),
                Map.entry(FlowField.REORDER_SEEN, "reord_seen"),
                Map.entry(FlowField.OUT_OF_ORDER, "rcv_ooopack"),
                Map.entry(FlowField.NOT_SENT, "notsent"),
                Map.entry(FlowField.RECEIVE_SSTHRESH, "rcv_ssthresh"),
                Map.entry(FlowField.RECEIVE_QUEUE, "recv-q"),
                Map.entry(FlowField.SEND_QUEUE, "send-q"),
                Map.entry(FlowField.INODE, "ino"),
                Map.entry(FlowField.COOKIE, "sk"));
    }

    private long number(String key) {
        return Long.parseLong(words.getOrDefault(key, "0"));
    }

    /** Converts the milliseconds that ss prints with a fraction; "rtt:0.026/0.013" has two parts. */
    private long micros(String key, int part) {
        String[] parts = words.getOrDefault(key, "0/0").split("/", -1);
        return new BigDecimal(parts[part])
                .multiply(BigDecimal.valueOf(THOUSAND))
                .longValueExact();
    }

    private void putIfShown(Map<FlowField, Long> expected, FlowField field, String key, long divisor) {
        if (words.containsKey(key)) {
            expected.put(field, number(key) / divisor);
        }
    }

    @Override
    public String toString() {
        return line;
    }
}
