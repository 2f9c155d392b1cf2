package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The effect of each of the module's settings. */
interface ModuleSettingTests extends ModuleTests {
    @Test
    default void shouldHaveTheSettingsOfTheOriginal() {
        String listed =
                guest().run("load; cd $settings; for file in *; do echo $file $(stat -c %a $file) $(cat $file); done");
        assertEquals("""
                bufsize 444 4096
                debug 644 0
                full 644 0
                hashsize 444 N
                maxflows 644 2000000
                port 644 0
                probetime 644 500
                purge_time 644 300
                purgetime 644 300
                """, listed.replaceAll("hashsize 444 \\d+", "hashsize 444 N"));
    }

    @Test
    default void shouldAcceptEverySettingAsParameter() {
        String listed = guest().run("""
                load bufsize=100 debug=1 full=1 hashsize=101 maxflows=7 port=5001 probetime=9 purgetime=11
                cd $settings
                echo $(cat bufsize debug full hashsize maxflows port probetime purgetime purge_time)
                """);
        assertEquals("128 1 1 101 7 5001 9 11 11\n", listed);
    }

    @Test
    default void shouldRefuseValuesOutOfRange() {
        String answers = guest().run("""
                load
                for change in probetime=-1 probetime=86400001 full=2 port=65536 maxflows=0 purge_time=0 debug=3 full=x
                do
                    echo ${change#*=} >$settings/${change%=*} && echo "taken: $change"
                done 2>/dev/null
                cat $settings/full $settings/port $settings/probetime $settings/purgetime
                unload
                for wrong in probetime=-1 bufsize=0 hashsize=1048577 purge_time=604801
                do load $wrong 2>/dev/null && echo "loaded: $wrong"; done
                dmesg | grep -o 'parameter .*' | uniq # insmod tries twice
                """);
        assertEquals("""
                0
                0
                500
                300
                parameter probetime=-1: must be 0 to 86400000
                parameter bufsize=0: must be 1 to 1048576
                parameter hashsize=1048577: must be 0 to 1048576
                parameter purgetime=604801: must be 1 to 604800
                """, answers);
    }

    @Test
    default void shouldWaitProbetimeBetweenTwoSamplesOfFlow() {
        guest().run("load full=1");
        guest().run("echo 86400000 >$settings/probetime");
        List<RecordLine> records = guest().record("client ping 127.0.0.1 5001 7 5; await_end");
        assertEquals(List.of(0, RecordLine.LAST), lengths(ModuleGuest.toPort(5001, records)));
        guest().run("echo 0 >$settings/probetime");
        assertTrue(ModuleGuest.toPort(5001, guest().record("client ping 127.0.0.1 5001 7 5; await_end"))
                        .size()
                >= 9);
        guest().run("echo 300 >$settings/probetime");
        List<BigDecimal> times =
                ModuleGuest.toPort(5001, guest().record("client ping 127.0.0.1 5001 100 10; await_end")).stream()
                        .filter(record -> record.length() != RecordLine.LAST)
                        .map(RecordLine::time)
                        .toList();
        assertTrue(times.size() > 2, times::toString);
        // 300 ms less a tick; and the guest may be delayed between reading the tick and reading the clock
        double mean = times.getLast().subtract(times.getFirst()).doubleValue() / (times.size() - 1);
        assertTrue(mean > 0.2, times::toString);
    }

    private static List<Integer> lengths(List<RecordLine> records) {
        return records.stream().map(RecordLine::length).toList();
    }

    @Test
    default void shouldSampleChangesOfCwndOnlyUnlessFull() {
        guest().run("load probetime=0");
        // Two flows alternate: one has a small cwnd, the other's grows. Each is compared with itself.
        List<RecordLine> records = guest().record("""
                ip link set dev lo mtu 1500 # ten segments of 64 KB can be more than is ever in flight
                traffic ping 127.0.0.1 5001 60 10 >/tmp/quiet &
                client info 127.0.0.1 5003 9000011
                wait $!
                await_end 1
                ip link set dev lo mtu 65536
                """);
        assertEquals(List.of(0, RecordLine.LAST), lengths(ModuleGuest.toPort(5001, records)), "its cwnd never changed");
        List<RecordLine> growing = ModuleGuest.toPort(5003, records);
        assertTrue(growing.size() > 4, growing::toString);
        for (int i = 1; i < growing.size() - 1; i++) {
            assertNotEquals(growing.get(i - 1).cwnd(), growing.get(i).cwnd(), growing::toString);
        }
    }

    @Test
    default void shouldShowFlowsOfPortOnly() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        guest().run("echo 5003 >$settings/port");
        List<RecordLine> records =
                guest().record("client ping 127.0.0.1 5001 3 5; client ping 127.0.0.1 5003 3 5; await_end");
        assertTrue(
                records.size() > 6
                        && records.stream()
                                .allMatch(r -> r.source().endsWith(":5003")
                                        || r.destination().endsWith(":5003")),
                records::toString);
    }

    @Test
    default void shouldSkipFlowsBeyondMaxflows() {
        guest().run("load maxflows=4; hold 5");
        ModuleCounters full = Waiting.until(
                "all of the ten ends", guest()::statistics, now -> now.created() + now.maxflowReached() >= 10);
        assertEquals(4, full.active());
        assertEquals(4, full.created());
        assertEquals(6, full.maxflowReached());
        guest().run("echo 100 >$settings/maxflows; client ping 127.0.0.1 5001 1 0");
        assertEquals(6, guest().statistics().maxflowReached(), "there is room again");
    }

    @Test
    default void shouldEvictTheNewestFlowsWhenMaxflowsIsLowered() {
        guest().run("load debug=1; hold 2; until_true active_is 4"); // the log accepts ten lines at once
        String first = guest().run("dmesg | grep -o ' new .*' | head -n 1");
        guest().run("echo 1 >$settings/maxflows; until_true active_is 1");
        String log = guest().run("dmesg | grep -o ' beyond maxflows .*'");
        assertEquals(3, log.lines().count(), log);
        assertTrue(!log.contains(first.strip().replace("new ", "")), () -> first + log);
    }

    @Test
    default void shouldEvictIdleFlows() {
        guest().run("load; hold 5; until_true active_is 10; echo 1 >$settings/purge_time; until_true active_is 0");
        assertEquals("1\n", guest().run("cat $settings/purgetime"));
        ModuleCounters seen = guest().statistics();
        assertEquals(10, seen.created());
        assertEquals(0, seen.ended(), "the connections are still there");
        assertEquals(0, seen.purgeInProgress());
    }

    @Test
    default void shouldHaveAsManySlotsAsWanted() {
        guest().run(
                        "load hashsize=1; traffic ping 127.0.0.1 5001 1000 20 >/dev/null & hold 101; until_true active_is 204");
        ModuleCounters seen = guest().statistics();
        assertEquals(32, seen.slots(), "at least");
        guest().run("sleep 1");
        long stepped = guest().statistics().searchFlows() - seen.searchFlows();
        assertTrue(stepped > 0, () -> "204 flows share 32 slots, but no look-up stepped past another flow");
    }

    @Test
    default void shouldSetTheLogLevelFromDebug() {
        String log =
                "dmesg | sed 's/.*tcp_probe_plus: //' | awk '/^version/{n=NR} {l[NR]=$1} END{for(i=n+1;i<=NR;i++)print l[i]}'";
        guest().run("load probetime=0 full=1; client ping 127.0.0.1 5001 1 0; until_true active_is 0");
        assertEquals("", guest().run(log));
        guest().run("echo 1 >$settings/debug; client ping 127.0.0.1 5001 1 0; until_true active_is 0");
        assertEquals("end,end,new,new", sorted(guest().run(log)));
        guest().run("echo 2 >$settings/debug; client ping 127.0.0.1 5001 1 0; until_true active_is 0");
        assertTrue(sorted(guest().run(log)).matches("(end,){4}(new,){4}record,record.*"), () -> guest().run(log));
    }

    private static String sorted(String lines) {
        return lines.lines().sorted().collect(Collectors.joining(","));
    }
}
