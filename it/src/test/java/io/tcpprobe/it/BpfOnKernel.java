package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The agent with the source bpf on one kernel. */
abstract class BpfOnKernel extends BpfTruth {
    /**
     * Tests this kernel.
     *
     * @param series as {@link GuestKernel} has it
     * @param faulty as {@link BpfTruth#BpfTruth} has it
     */
    BpfOnKernel(String series, boolean faulty) {
        super(series, faulty);
    }

    @Test
    void shouldReportEveryOpenAndCloseOnce() {
        String log = guest.run("""
                logged=$(wc -l </tmp/agent.log)
                traffic churn 10.0.1.2 5001 10 3
                events() { tail -n +$((logged + 1)) /tmp/agent.log | grep ':5001[ ,]'; }
                closed() { [ "$(events | grep -c ' close: ')" -ge 60 ]; }
                until_true closed
                events
                """);
        Map<String, Long> events = Pattern.compile("flow (\\d+) (open|close): ")
                .matcher(log)
                .results()
                .collect(Collectors.groupingBy(match -> match.group(1) + " " + match.group(2), Collectors.counting()));
        Set<String> expected = new TreeSet<>();
        events.keySet().forEach(event -> {
            String flow = event.substring(0, event.indexOf(' '));
            expected.addAll(Set.of(flow + " open", flow + " close"));
        });
        assertEquals(120, events.size(), log);
        assertEquals(expected, new TreeSet<>(events.keySet()), log);
        assertTrue(events.values().stream().allMatch(count -> count == 1), log);
    }

    @Test
    void shouldPrintRecords() {
        String printed = guest.run("""
                far traffic serve 5009 >/dev/null 2>&1 &
                server=$!
                until_true listens 5009
                tcpprobe records --port 5009 --out /tmp/records --set probe.source=bpf --set probetime=0 --set full=1 \\
                    </dev/null >/tmp/records.log 2>&1 &
                seen() { traffic ping 10.0.1.2 5009 1 0; [ -s /tmp/records ]; }
                until_true seen
                port=$(traffic ping 10.0.1.2 5009 11 20 | sed -n 's/^port //p')
                ended() { [ "$(grep -c ":$port .* 65535 0x\\|:$port 65535 0x" /tmp/records)" -ge 2 ]; }
                until_true ended
                for process in $(pidof java); do
                    ! grep -qz records /proc/$process/cmdline || kill $process
                done
                until_true grep 'records from source bpf, 0 dropped' /tmp/records.log
                kill $server
                grep -e ":$port " /tmp/records
                """);
        List<RecordLine> records = RecordLine.parseAll(printed);
        long answers = records.stream()
                .filter(record -> record.source().startsWith("10.0.1.1:") && record.length() == 33)
                .count();
        assertEquals(11, answers, printed);
    }
}
