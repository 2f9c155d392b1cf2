package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.bpf.IteratorFault;
import io.tcpprobe.kernel.flow.FlowField;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our BPF programs on one kernel: they load, and their rows agree with what ss shows of the same sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BpfTruth {
    private static final int MAX_POLLS = 20;
    private static final int MIN_ENDPOINTS = 50;

    private static final Pattern TROUBLE = Pattern.compile(
            "\\b(BUG|WARNING|Oops|Call Trace|stall|general protection|unable to handle)\\b", Pattern.CASE_INSENSITIVE);

    /** For a half-closed connection, ss counts the FIN as a byte. */
    private static final Set<FlowField> COUNTED_WITH_FIN =
            Set.of(FlowField.RECEIVE_QUEUE, FlowField.BYTES_RECEIVED, FlowField.BYTES_ACKED, FlowField.SEND_QUEUE);

    private final GuestKernel kernel;
    private final boolean faulty;
    BpfGuest guest;

    /**
     * Tests this kernel.
     *
     * @param series as {@link GuestKernel} has it
     * @param faulty true if the agent is to take the kernel for one whose iterator has a fault
     */
    BpfTruth(String series, boolean faulty) {
        kernel = new GuestKernel(series);
        this.faulty = faulty;
    }

    /** Starts the agent after some of the connections and before others. */
    @BeforeAll
    void boot(@TempDir Path folder) {
        guest = BpfGuest.boot(kernel, folder);
        guest.run("make_links");
        if (faulty) {
            guest.run("take_for_faulty");
        }
        guest.run("client early send 10.0.2.2 5001 100003 cubic; until_true has_sent early");
        String hundredths = guest.run(faulty ? "start_agent --set probe.source=auto" : "start_agent")
                .replace(".\n", "")
                .strip();
        System.out.println(
                "Linux " + kernel.version() + ": agent ready after " + hundredths + " hundredths of a second");
        guest.run("make_ends");
    }

    @AfterAll
    void powerOff() {
        if (guest != null) {
            guest.close();
        }
    }

    @AfterEach
    void expectNoTroubleInTheKernel() {
        String log = guest.run("dmesg -c");
        assertTrue(log.lines().noneMatch(line -> TROUBLE.matcher(line).find()), log);
    }

    @Test
    void shouldLoadEveryProgram() {
        String log = guest.run("cat /tmp/agent.log");
        assertTrue(log.contains("source bpf"), log);
        assertTrue(log.lines().noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR ")), log);
        assertEquals(!kernel.arm() && (faulty || hasFault()), log.contains("sweep by inet_diag"), log);
    }

    private boolean hasFault() {
        return IteratorFault.in(guest.run("cat /proc/version")).isPresent();
    }

    @Test
    void shouldAgreeWithSs() {
        Map<Long, Map<String, String>> different = new TreeMap<>();
        Set<FlowField> columns = new TreeSet<>();
        Set<Long> agreed = new HashSet<>();
        long values = 0;
        int polls = 0;
        for (boolean all = false; !all && polls < MAX_POLLS; polls++) {
            BpfGuest.Look look = guest.look();
            different.clear();
            for (SocketStatistics seen : look.before().values()) {
                Map<FlowField, Long> expected = expected(seen);
                Map<String, String> wrong = differences(look, seen, expected);
                if (!wrong.isEmpty()) {
                    different.put(seen.cookie(), wrong);
                } else if (agreed.add(seen.cookie())) {
                    expected.putAll(seen.clocks());
                    expected.put(FlowField.CONGESTION_CONTROL, 0L);
                    values += expected.size();
                    columns.addAll(expected.keySet());
                }
            }
            different.keySet().removeAll(agreed);
            all = different.isEmpty();
        }
        System.out.println("Linux " + kernel.version() + ": " + agreed.size() + " ends, " + values + " values of "
                + columns.size() + " columns as ss shows them, " + different.size() + " ends differ after " + polls
                + " looks");
        assertEquals(Map.of(), different, "ends that differ from ss at every look, what ss shows first");
        assertTrue(agreed.size() >= MIN_ENDPOINTS, () -> "only " + agreed.size() + " ends of connections");
    }

    private static Map<FlowField, Long> expected(SocketStatistics seen) {
        Map<FlowField, Long> expected = seen.everything();
        if (!seen.established()) {
            expected.keySet().removeAll(COUNTED_WITH_FIN);
        }
        return expected;
    }

    /** Returns the fields of one socket that differ between the agent and ss; a socket that changed meanwhile counts as a difference. */
    private static Map<String, String> differences(
            BpfGuest.Look look, SocketStatistics seen, Map<FlowField, Long> expected) {
        Map<String, Object> row = look.rows().get(seen.cookie());
        SocketStatistics after = look.after().get(seen.cookie());
        if (row == null) {
            return Map.of("no row", seen.toString());
        }
        if (after == null || !seen.standing().equals(after.standing())) {
            return Map.of("not at rest", seen + "\n" + after);
        }
        Map<String, String> wrong = new TreeMap<>();
        expected.forEach((field, value) -> {
            Object shown = row.get(field.label());
            boolean same = shown instanceof Number number ? number.longValue() == value : value == 0;
            if (!same) {
                wrong.put(field.label(), value + " but " + shown + " in " + seen);
            }
        });
        seen.clocks().forEach((field, min) -> {
            long max = after.clocks().getOrDefault(field, min);
            long shown = number(row, field);
            if (shown < min || shown > max) {
                wrong.put(field.label(), min + " to " + max + " but " + shown + " in " + seen);
            }
        });
        if (!seen.has(String.valueOf(row.get(FlowField.CONGESTION_CONTROL.label())))) {
            wrong.put("congestionControl", row.get(FlowField.CONGESTION_CONTROL.label()) + " in " + seen);
        }
        return wrong;
    }

    @Test
    void shouldShowWhatTheLinksDid() {
        Map<Long, Map<String, Object>> rows = guest.look().rows();
        assertAny(rows, "lost segments", row -> number(row, FlowField.RETRANS) > 0);
        assertAny(rows, "reordered segments", row -> number(row, FlowField.REORDER_SEEN) > 0);
        assertAny(rows, "a doubled timeout", row -> number(row, FlowField.BACKOFF) > 0);
        assertAny(
                rows,
                "a window of size 0",
                row -> number(row, FlowField.SEND_WINDOW) == 0 && number(row, FlowField.NOT_SENT) > 0);
        assertAny(rows, "unread bytes", row -> number(row, FlowField.RECEIVE_QUEUE) == 10007);
        assertAny(rows, "a half closed connection", row -> "finWait2".equals(row.get(FlowField.STATE.label())));
        Set<String> controls = rows.values().stream()
                .map(row -> String.valueOf(row.get(FlowField.CONGESTION_CONTROL.label())))
                .map(name -> name.replace("dctcp-reno", "dctcp")) // its fallback if a SYN with ECN was lost
                .collect(Collectors.toCollection(TreeSet::new));
        String available = guest.run("cat /proc/sys/net/ipv4/tcp_available_congestion_control");
        assertEquals(new TreeSet<>(List.of(available.strip().split(" ", -1))), controls);
    }

    private static long number(Map<String, Object> row, FlowField field) {
        return row.get(field.label()) instanceof Number number ? number.longValue() : 0;
    }

    private static void assertAny(Map<Long, Map<String, Object>> rows, String what, Predicate<Map<String, Object>> is) {
        assertTrue(rows.values().stream().anyMatch(is), () -> "no flow shows " + what + ": " + rows);
    }

    @Test
    void shouldNameTheProcessOfEverySocket() {
        BpfGuest.Look look = guest.look();
        Map<SocketStatistics, Object> wrong = new LinkedHashMap<>();
        for (SocketStatistics seen : look.before().values()) {
            Map<String, Object> row = look.rows().getOrDefault(seen.cookie(), Map.of());
            Set<Long> processes = seen.processes();
            boolean right = processes.isEmpty()
                    ? row.get(FlowField.PID.label()) == null
                    : processes.contains(number(row, FlowField.PID))
                            && seen.toString().contains("\"" + row.get(FlowField.COMMAND.label()) + "\"");
            if (!right) {
                wrong.put(seen, row.get(FlowField.PID.label()) + " " + row.get(FlowField.COMMAND.label()));
            }
        }
        assertEquals(Map.of(), wrong);
    }
}
