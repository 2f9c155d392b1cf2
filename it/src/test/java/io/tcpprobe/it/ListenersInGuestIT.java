package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * tcpEStatsListenerTable with the source bpf on Linux 6.1, whose functions can be traced: what each listener counts is what its peers have
 * done. The agent and the listeners are in the guest, and are queried from outside. The agent sweeps by inet_diag, as on a kernel whose
 * iterator over sockets has a fault.
 */
@Needs({"qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ip", "tc", "snmpget", "kernel 6.1"})
class ListenersInGuestIT {
    /** Columns; those of 64 bits follow the same ones of 32 bits at this distance. */
    private static final int START_TIME = 1;

    private static final int SYNS = 2;
    private static final int INITIAL = 3;
    private static final int ESTABLISHED = 4;
    private static final int ACCEPTED = 5;
    private static final int DROPPED = 6;
    private static final int WIDE = 5;
    private static final int CONNECTIONS = 12;
    private static final int BACKLOG = 14;
    private static final int ESTABLISHED_BACKLOG = 15;

    private static final String IPV4 = "1.4.10.0.4.1.";
    private static final String IPV6 = "2.16.253.0.0.4.0.0.0.0.0.0.0.0.0.0.0.1.";
    private static final String BOTH = "0.0.";

    @TempDir
    static Path folder;

    private static Guest guest;
    private static Snmp snmp;

    @BeforeAll
    static void startAgentInGuest() throws IOException {
        int port = FreePort.udp();
        GuestKernel kernel = new GuestKernel("6.1");
        guest = Guest.boot(
                kernel,
                files(kernel),
                "-m",
                "1024",
                "-drive",
                "file=" + disk() + ",format=raw,if=virtio,readonly=on",
                "-netdev",
                "user,id=outside,hostfwd=udp:127.0.0.1:" + port + "-:1161",
                "-device",
                "virtio-net-pci,netdev=outside");
        guest.run(". /agent.sh; insmod /inet_diag.ko; insmod /tcp_diag.ko; insmod /veth.ko; insmod /sch_netem.ko")
                .expectSuccess();
        run("take_for_faulty; make_link; listen before 10.0.4.1 6000 8");
        run(
                "start_agent --set probe.source=auto --set snmp.listen=0.0.0.0:1161 --set events.interval=1 --set http.listen=");
        snmp = Snmp.v2c(Tools.here(), "127.0.0.1:" + port, "public").patient();
    }

    private static Path files(GuestKernel kernel) {
        GuestFiles files = new GuestFiles(kernel, folder.resolve("guest"))
                .script("agent.sh")
                .script("bpf.sh")
                .script("listeners.sh")
                .program("traffic");
        List<String> modules = List.of("failover", "net_failover", "virtio_net", "veth", "sch_netem");
        kernel.modules().stream()
                .filter(file -> modules.contains(GuestKernel.nameOf(file))
                        || GuestFiles.AGENT_MODULES.contains(GuestKernel.nameOf(file)))
                .forEach(files::module);
        return files.pack();
    }

    private static Path disk() {
        JavaDisk disk = new JavaDisk(folder.resolve("disk")).addAgent().addLibbpf();
        List.of("ip", "tc").forEach(disk::addProgram);
        List.of("dev", "proc", "sys", "tmp", "run", "state").forEach(disk::folder);
        return disk.make();
    }

    @AfterAll
    static void powerOff() {
        if (guest != null) {
            guest.close();
        }
    }

    private static String run(String script) {
        return guest.run("set -e\n. /bpf.sh\n. /listeners.sh\n" + script).expectSuccess();
    }

    /** The counters of both sides. */
    private record Counters(long synsAgain, long overflows) {
        static Counters now() {
            List<Long> lines = run("counters").lines().map(Long::parseLong).toList();
            return new Counters(lines.getFirst(), lines.getLast());
        }

        Counters since(Counters before) {
            return new Counters(synsAgain - before.synsAgain, overflows - before.overflows);
        }
    }

    /** Returns the columns of a row that have a value. */
    private static Map<Integer, Long> row(String index) {
        List<String> oids = IntStream.rangeClosed(START_TIME, ESTABLISHED_BACKLOG)
                .mapToObj(column -> EstatsTable.LISTENER.entry() + "." + column + "." + index)
                .toList();
        Map<Integer, Long> row = new TreeMap<>();
        List<Snmp.Varbind> cells = snmp.get(oids);
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).present()) {
                row.put(START_TIME + i, cells.get(i).number());
            }
        }
        return row;
    }

    /** What a listener has counted of its connections; the 64-bit counters must be the same. */
    private record Counts(long initial, long established, long accepted, long dropped) {
        static Counts of(String index) {
            Map<Integer, Long> row = row(index);
            for (int column = SYNS; column <= DROPPED; column++) {
                assertEquals(row.get(column), row.get(column + WIDE), row::toString);
            }
            return new Counts(
                    row.getOrDefault(INITIAL, -1L),
                    row.getOrDefault(ESTABLISHED, -1L),
                    row.getOrDefault(ACCEPTED, -1L),
                    row.getOrDefault(DROPPED, -1L));
        }
    }

    /** Waits until a listener has these counts. */
    private static void await(String index, Counts counts) {
        Waiting.until("the counts " + counts, () -> Counts.of(index), counts::equals);
    }

    /** A listener that is new to the agent has its backlog first, and what it has counted with the next reading. */
    private static long syns(String index) {
        return Waiting.until("the SYNs of the listener", () -> row(index), row -> row.containsKey(SYNS))
                .get(SYNS);
    }

    /**
     * Expects so many SYNs, and those that were sent again since. Of these, one that comes when its connection is established is not for
     * the listener.
     */
    private static void assertSyns(String index, long connections, Counters before) {
        long again = Counters.now().since(before).synsAgain;
        long syns = syns(index);
        assertTrue(
                syns >= connections && syns <= connections + again,
                () -> syns + " SYNs of " + connections + " connections, " + again + " sent again");
    }

    /** Waits until a listener has so many connections: accepted, in the backlog, and of these established. */
    private static void awaitNow(String index, long connections, long backlog, long established) {
        List<Long> expected = List.of(connections, backlog, established);
        Waiting.until(
                "connections, backlog, established backlog " + expected,
                () -> {
                    Map<Integer, Long> row = row(index);
                    return List.of(
                            row.getOrDefault(CONNECTIONS, -1L),
                            row.getOrDefault(BACKLOG, -1L),
                            row.getOrDefault(ESTABLISHED_BACKLOG, -1L));
                },
                expected::equals);
    }

    private static void shouldCountAccepted(String name, String host, String index, int port) {
        Counters before = Counters.now();
        run("listen %s %s %d 64; hold of-%s %s %d 7".formatted(name, host, port, name, near(host), port));
        await(index + port, new Counts(7, 7, 0, 0));
        assertSyns(index + port, 7, before);
        awaitNow(index + port, 0, 7, 7);
        run("accept %s 7".formatted(name));
        awaitNow(index + port, 7, 0, 0);
        run("close %s 6; close %s 5".formatted(name, name));
        awaitNow(index + port, 5, 0, 0);
        run("end of-" + name);
        awaitNow(index + port, 0, 0, 0);
        await(index + port, new Counts(7, 7, 7, 0));
        assertSyns(index + port, 7, before);
    }

    /** Returns the address to connect to. */
    private static String near(String host) {
        return host.equals("::") ? "10.0.4.1" : host;
    }

    @Test
    void shouldCountWhatIsAccepted() {
        shouldCountAccepted("ipv4", "10.0.4.1", IPV4, 6001);
        shouldCountAccepted("ipv6", "fd00:4::1", IPV6, 6002);
        shouldCountAccepted("both", "::", BOTH, 6003);
    }

    /** A listener of both families, with a connection of each. */
    @Test
    void shouldCountBothFamilies() {
        Counters before = Counters.now();
        run("listen dual :: 6004 64; hold dual4 10.0.4.1 6004 3; hold dual6 fd00:4::1 6004 5; accept dual 8");
        await(BOTH + 6004, new Counts(8, 8, 8, 0));
        assertSyns(BOTH + 6004, 8, before);
        awaitNow(BOTH + 6004, 8, 0, 0);
    }

    /** Of listeners that share a port, the table has one. */
    @Test
    void shouldNotCountForAnotherListenerOfThePort() {
        run("listen one 10.0.4.1 6005 64 reuse; listen other 10.0.4.1 6005 64 reuse; hold shared 10.0.4.1 6005 24");
        long first = Long.parseLong(run("accept_both one other 24").strip());
        assertTrue(first > 0 && first < 24, "one of two listeners has " + first + " of 24 connections");
        Waiting.until(
                "the connections of one of the listeners, " + first + " or " + (24 - first),
                () -> row(IPV4 + 6005),
                row -> row.getOrDefault(ACCEPTED, 0L).equals(row.get(CONNECTIONS))
                        && List.of(first, 24 - first).contains(row.get(CONNECTIONS)));
        Counts counts = Counts.of(IPV4 + 6005);
        assertEquals(counts.established, counts.accepted);
    }

    /** With a backlog of 3, four wait to be accepted. Every further SYN is an overflow, and the listener allocates nothing for it. */
    @Test
    void shouldTellOverflowsFromDrops() {
        run("listen full 10.0.4.1 6006 3; hold four 10.0.4.1 6006 4");
        awaitNow(IPV4 + 6006, 0, 4, 4);
        long syns = syns(IPV4 + 6006);
        Counters before = Counters.now();
        run("begin toomany 10.0.4.1 6006 7");
        Waiting.until("overflows", Counters::now, now -> now.since(before).overflows >= 9);
        run("end toomany");
        Counters since = Counters.now().since(before);
        assertEquals(7 + since.synsAgain, since.overflows, "every SYN overflowed");
        await(IPV4 + 6006, new Counts(4, 4, 0, 0));
        assertEquals(syns + since.overflows, syns(IPV4 + 6006));
        String log = run("until_true grep 'raised.*listenerOverflow.*10.0.4.1:6006' /tmp/agent.log\n"
                + "grep 'raised.*listenerOverflow.*10.0.4.1:6006' /tmp/agent.log");
        Matcher evidence =
                Pattern.compile("accept queue 4 of 3, overflows \\+(\\d+)").matcher(log);
        assertTrue(evidence.find() && Long.parseLong(evidence.group(1)) <= since.overflows, log);
        awaitNow(IPV4 + 6006, 0, 4, 4);
        run("accept full 4");
        await(IPV4 + 6006, new Counts(4, 4, 4, 0));
    }

    /** Connections that complete the handshake while the accept queue is full stay half open until there is room. */
    @Test
    void shouldCountAcksThatOverflow() {
        Counters before = Counters.now();
        run("listen late 10.0.4.1 6007 3; lose_answers; begin three 10.0.4.1 6007 3");
        awaitNow(IPV4 + 6007, 0, 3, 0);
        run("run own traffic hold 10.0.4.1 6007 4; until_true printed own holding"); // over loopback
        awaitNow(IPV4 + 6007, 0, 7, 4);
        run("lose_nothing");
        Waiting.until("overflows", Counters::now, now -> now.since(before).overflows >= 3);
        awaitNow(IPV4 + 6007, 0, 7, 4);
        run("accept late 7");
        awaitNow(IPV4 + 6007, 7, 0, 0);
        await(IPV4 + 6007, new Counts(7, 7, 7, 0));
        assertSyns(IPV4 + 6007, 7, before);
    }

    /** The peers do not get the SYN-ACKs, close, and reset when they get one. */
    @Test
    void shouldCountWhatIsDroppedFromTheBacklog() {
        run("listen never 10.0.4.1 6008 64; hold some 10.0.4.1 6008 2");
        awaitNow(IPV4 + 6008, 0, 2, 2);
        long syns = syns(IPV4 + 6008);
        Counters before = Counters.now();
        run("lose_answers; begin five 10.0.4.1 6008 5");
        awaitNow(IPV4 + 6008, 0, 7, 2);
        Waiting.until("SYNs sent again", Counters::now, now -> now.since(before).synsAgain >= 5);
        assertEquals(0, Counts.of(IPV4 + 6008).dropped);
        run("end five");
        long expected = syns + 5 + Counters.now().since(before).synsAgain;
        run("lose_nothing");
        await(IPV4 + 6008, new Counts(7, 2, 0, 5));
        assertEquals(expected, syns(IPV4 + 6008));
        awaitNow(IPV4 + 6008, 0, 2, 2);
    }

    /** With a cookie, a SYN has no state: only the ACK allocates it. */
    @Test
    void shouldCountSynCookies() {
        try {
            run("echo 2 >/proc/sys/net/ipv4/tcp_syncookies");
            Counters before = Counters.now();
            run("listen cookies 10.0.4.1 6009 64; hold valid 10.0.4.1 6009 6");
            run("lose_answers; begin cookieless 10.0.4.1 6009 3; end cookieless; lose_nothing");
            await(IPV4 + 6009, new Counts(6, 6, 0, 0));
            assertSyns(IPV4 + 6009, 9, before);
            awaitNow(IPV4 + 6009, 0, 6, 6);
            run("accept cookies 6");
            await(IPV4 + 6009, new Counts(6, 6, 6, 0));
        } finally {
            run("echo 1 >/proc/sys/net/ipv4/tcp_syncookies");
        }
    }

    @Test
    void shouldBeginAgainWithANewListener() {
        run("listen first 10.0.4.1 6010 8; hold once 10.0.4.1 6010 3; accept first 3");
        Map<Integer, Long> first =
                Waiting.until("three connections", () -> row(IPV4 + 6010), row -> row.getOrDefault(ACCEPTED, 0L) == 3);
        run("end once; end first");
        Waiting.until("the end of the listener", () -> row(IPV4 + 6010), Map::isEmpty);
        run("listen second 10.0.4.1 6010 8");
        await(IPV4 + 6010, new Counts(0, 0, 0, 0));
        assertEquals(0, syns(IPV4 + 6010));
        Map<Integer, Long> second = row(IPV4 + 6010);
        assertTrue(
                second.getOrDefault(START_TIME, 0L) > first.getOrDefault(START_TIME, 0L), () -> first + " " + second);
    }

    /** The connections of the time before, of which the listener still has some, do not count for it. */
    @Test
    void shouldBeginAgainWhenItsSocketListensAgain() {
        run("listen again 10.0.4.1 6011 8; hold earlier 10.0.4.1 6011 3; accept again 3");
        await(IPV4 + 6011, new Counts(3, 3, 3, 0));
        run("listen_again again");
        await(IPV4 + 6011, new Counts(0, 0, 0, 0));
        run("hold later 10.0.4.1 6011 2; accept again 5");
        await(IPV4 + 6011, new Counts(2, 2, 2, 0));
        awaitNow(IPV4 + 6011, 2, 0, 0);
        run("end earlier");
        run("end later");
        awaitNow(IPV4 + 6011, 0, 0, 0);
        await(IPV4 + 6011, new Counts(2, 2, 2, 0));
    }

    /** It counts from when the agent found it, and survives a time without connections. */
    @Test
    void shouldCountForAListenerThatIsOlderThanTheAgent() {
        assertEquals(0, row(IPV4 + 6000).get(START_TIME));
        Counters before = Counters.now();
        Counts counted = Counts.of(IPV4 + 6000);
        run("hold old 10.0.4.1 6000 2; accept before 2");
        assertEquals(new Counts(0, 0, 0, 0), counted);
        await(IPV4 + 6000, new Counts(2, 2, 2, 0));
        assertSyns(IPV4 + 6000, 2, before);
        run("end old; sleep 2");
        assertEquals(new Counts(2, 2, 2, 0), Counts.of(IPV4 + 6000));
    }

    @Test
    void shouldTraceEveryFunction() {
        String log = run("cat /tmp/agent.log");
        assertFalse(log.contains("bpf without"), log);
    }
}
