package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent in a guest with the Linux module, queried from outside: the complete path from the kernel to the manager. */
@Needs({
    "qemu-system-x86_64",
    "busybox",
    "gcc",
    "make",
    "sparse",
    "mke2fs",
    "snmpget",
    "snmpset",
    "snmpbulkwalk",
    "kernel 6.1"
})
class AgentInGuestIT {
    private static final List<String> MODULES = Stream.concat(
                    GuestFiles.AGENT_MODULES.stream(), Stream.of("failover", "net_failover", "virtio_net"))
            .toList();

    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";
    private static final String PURGETIME = SnmpFlows.BASE + ".1.1.8.0";
    private static final String STATISTICS = SnmpFlows.BASE + ".1.3.";
    private static final String FOUND = STATISTICS + FlowStatistic.FOUND.id() + ".0";
    private static final String PASSPHRASE = "a passphrase of the test";

    @TempDir
    static Path folder;

    private static Guest guest;
    private static Snmp reader;
    private static Snmp writer;

    @BeforeAll
    static void startAgentInGuest() throws IOException {
        int snmp = FreePort.udp();
        guest = Guest.boot(
                new GuestKernel("6.1"),
                files(),
                "-m",
                "1024",
                "-drive",
                "file=" + disk() + ",format=raw,if=virtio,readonly=on",
                "-netdev",
                "user,id=outside,hostfwd=udp:127.0.0.1:" + snmp + "-:1161",
                "-device",
                "virtio-net-pci,netdev=outside");
        run(". /agent.sh; load probetime=0 full=1; traffic serve 5001 >/dev/null 2>&1 &");
        run("""
                traffic ping 127.0.0.1 5001 100000 50 >/dev/null 2>&1 &
                chroot /disk /java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '/agent/lib/*' \\
                    io.tcpprobe.agent.cli.Main run --set probe.source=module --set state.dir=/tmp/state \\
                    --set snmp.listen=0.0.0.0:1161 --set snapshotage=0 </dev/null >/tmp/agent.log 2>&1 &
                for _ in $(seq 60); do grep -q ready /tmp/agent.log && exit; sleep 1; done
                cat /tmp/agent.log
                exit 1
                """);
        String agent = "127.0.0.1:" + snmp;
        reader = Snmp.v2c(Tools.here(), agent, "public").patient();
        writer = Snmp.v3(Tools.here(), agent, "authPriv", "writer", PASSPHRASE).patient();
    }

    private static Path files() {
        GuestKernel kernel = new GuestKernel("6.1");
        GuestFiles files = new GuestFiles(kernel, folder.resolve("guest"))
                .add(KernelModule.of(kernel).file(), "tcp_probe_plus.ko")
                .script("module.sh")
                .script("agent.sh")
                .program("traffic");
        MODULES.forEach(name -> kernel.module(name).forEach(file -> files.add(file, name + ".ko")));
        return files.pack();
    }

    /** The user is created here: the agent uses the state folder as it was left here. */
    private static Path disk() {
        Path root = folder.resolve("disk");
        AgentOptions.in(root.resolve("state")).addUser("writer", PASSPHRASE, true);
        JavaDisk disk = new JavaDisk(root).addAgent();
        List.of("dev", "proc", "sys", "tmp").forEach(disk::folder);
        return disk.make();
    }

    @AfterAll
    static void powerOff() {
        if (guest != null) {
            guest.close();
        }
    }

    private static String run(String script) {
        return guest.run(". /module.sh\n" + script).expectSuccess();
    }

    private static long only(FlowField field) {
        SnmpFlows flows = new SnmpFlows(reader);
        Map<Long, Snmp.Varbind> remotes = flows.column(FlowField.REMOTE_PORT);
        long id = remotes.entrySet().stream()
                .filter(remote -> remote.getValue().number() == 5001)
                .findAny()
                .orElseThrow()
                .getKey();
        return flows.fields(id, List.of(field)).get(field).number();
    }

    private static void setProbetime(int millis) {
        writer.set(PROBETIME, "i", Integer.toString(millis)).expectSuccess();
        assertEquals(millis + "\n", run("cat $settings/probetime"));
    }

    private static void awaitSegments() {
        long found = reader.get(FOUND).number();
        Waiting.until("more segments", () -> reader.get(FOUND).number(), now -> now > found + 20);
    }

    @Test
    void shouldShowFlowsOfTheGuest() {
        Collection<Snmp.Varbind> ports =
                new SnmpFlows(reader).column(FlowField.REMOTE_PORT).values();
        assertEquals(1, ports.stream().filter(port -> port.number() == 5001).count(), ports::toString);
        assertEquals(10, only(FlowField.CWND));
    }

    @Test
    void shouldSetTheModuleAndItsRate() {
        setProbetime(86_400_000);
        awaitSegments(); // samples in transit have arrived
        long seldom = only(FlowField.SAMPLES);
        awaitSegments();
        assertEquals(seldom, only(FlowField.SAMPLES));
        setProbetime(0);
        Waiting.until("samples", () -> only(FlowField.SAMPLES), now -> now > seldom + 20);
    }

    @Test
    void shouldShowWhatIsSetInTheGuest() {
        run("echo 321 >$settings/purge_time");
        Waiting.until("the changed setting", () -> reader.get(PURGETIME).number(), now -> now == 321);
    }

    @Test
    void shouldPublishStatisticsOfTheModule() {
        String file = run("cat $statistics");
        Matcher slots = Pattern.compile("Hash: size (\\d+)").matcher(file);
        assertTrue(slots.find(), file);
        assertEquals(
                Long.parseLong(slots.group(1)),
                reader.get(STATISTICS + FlowStatistic.HASH_SIZE.id() + ".0").number());
    }
}
