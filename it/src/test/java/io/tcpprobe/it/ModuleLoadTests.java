package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The module under load, short of memory, and removed at critical moments. */
interface ModuleLoadTests extends ModuleTests {
    /** How often the module is loaded and removed under load; more often in the long test run. */
    int ROUNDS = Boolean.getBoolean("tcpprobe.all") ? 40 : 6;

    @Test
    default void shouldNotBeRemovedWhileItIsRead() {
        String answers = guest().run("""
                load
                start_reader
                rmmod tcp_probe_plus 2>/dev/null || echo "in use"
                reads $reader && echo "still read"
                kill $reader
                wait $reader 2>/dev/null
                unload && echo gone
                [ -e /proc/net/tcpprobe ] || [ -e $statistics ] || [ -e $settings ] || echo "nothing left"
                """);
        assertEquals(
                List.of("in use", "still read", "gone", "nothing left"),
                answers.lines().toList());
    }

    /** The kernel closes a second socket of the same addresses if two CPUs complete a handshake: in one of some 7,000 connections here. */
    @Test
    default void shouldFollowEveryConnectionOfMany() {
        guest().run("load probetime=0 full=1 hashsize=32; traffic churn 127.0.0.1 5001 301 4; until_true active_is 0");
        ModuleCounters seen = guest().statistics();
        assertEquals(2 * 1204, seen.created(), seen::toString);
        assertEquals(seen.created(), seen.ended());
        assertEquals(0, seen.purgeInProgress());
        assertEquals(0, seen.maxflowReached());
    }

    /** A connect() that the kernel refuses because a connection has these addresses closes a socket that has them, too. */
    @Test
    default void shouldNotEndAFlowWhenAConnectWithItsAddressesIsRefused() {
        guest().run("load probetime=0 full=1; traffic clash 127.0.0.1 5001 3; until_true active_is 0");
        ModuleCounters seen = guest().statistics();
        assertEquals(2, seen.created(), seen::toString);
        assertEquals(2, seen.ended());
    }

    @Test
    default void shouldBeLoadedAndRemovedUnderLoad() {
        String answers = guest().run("""
                traffic churn 127.0.0.1 5001 100000 4 >/dev/null 2>&1 &
                churn=$!
                for round in $(seq ROUNDS); do
                    load probetime=0 full=1 bufsize=64 maxflows=50 purgetime=1 || exit 1
                    start_reader
                    sleep 0.$((round % 10))
                    cp $statistics /tmp/seen
                    kill $reader
                    wait $reader 2>/dev/null
                    unload || exit 1
                    echo "round $round" # a sign of life: on a kernel that checks everything they take minutes
                done
                kill -0 $churn && echo "still under load"
                killall_clients
                wc -l </tmp/records
                """.replace("ROUNDS", Integer.toString(ROUNDS)));
        List<String> lines = answers.lines().toList();
        assertTrue(lines.contains("still under load"), answers);
        assertTrue(Integer.parseInt(lines.getLast()) > 0, answers);
    }

    @Test
    default void shouldLeakNothing() {
        assumeThere(
                "/sys/kernel/debug/kmemleak",
                "this kernel does not look for lost memory: it has no CONFIG_DEBUG_KMEMLEAK");
        String found = guest().run("""
                load probetime=0 full=1 maxflows=50
                start_reader
                traffic churn 127.0.0.1 5001 50 4
                kill $reader
                wait $reader 2>/dev/null
                unload
                sleep 6 # what is younger is not looked at
                echo scan >/sys/kernel/debug/kmemleak
                cat /sys/kernel/debug/kmemleak
                """);
        assertEquals("", found);
    }

    private void assumeThere(String file, String otherwise) {
        assumeTrue(
                guest().run("[ -e " + file + " ] && echo there || echo missing").equals("there\n"), otherwise);
    }

    @Test
    default void shouldSkipAndCountFlowThatGetsNoMemory() {
        String failing = "/sys/kernel/debug/failslab";
        assumeTrue(
                guest().run("[ -d " + failing + " ] && echo there || echo missing")
                        .equals("there\n"),
                "this kernel cannot fail allocations on purpose: it has no CONFIG_FAILSLAB");
        guest().run("""
                load probetime=0 full=1
                cd FAILING
                echo 100 >probability
                echo 1 >interval
                echo -1 >times
                echo 1 >cache-filter
                grep -q 1 /sys/kernel/slab/tcp_probe_plus_flow/failslab || exit 1
                client ping 127.0.0.1 5001 3 5
                echo 0 >probability
                """.replace("FAILING", failing));
        ModuleCounters seen = guest().statistics();
        assertTrue(seen.memoryAllocFailed() >= 8, seen::toString);
        assertEquals(0, seen.created());
        guest().run("client ping 127.0.0.1 5001 3 5; until_true active_is 0");
        assertEquals(2, guest().statistics().created());
    }
}
