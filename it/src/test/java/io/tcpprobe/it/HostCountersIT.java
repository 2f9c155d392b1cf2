package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's counters with unusual files in /proc/net, and with other limits of the timeout than the default. */
@Needs({"snmpget", "netns", "unshare"})
class HostCountersIT {
    private static final String TCP = "1.3.6.1.2.1.6.";

    /** tcpProbeCounterEntry, and the index of MPCurrEstab. */
    private static final String COUNTERS = SnmpFlows.BASE + ".1.5.1.";

    private static final String MP_CURR_ESTAB = ".11.77.80.67.117.114.114.69.115.116.97.98";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path state;

    @TempDir
    Path procNet;

    private TestNamespaces namespaces;

    @BeforeEach
    void makeNamespaces() {
        namespaces = TestNamespaces.open();
    }

    @AfterEach
    void removeNamespaces() {
        namespaces.close();
    }

    /** Starts an agent that sees {@link #procNet} as /proc/net, by a mount of its own. */
    private AgentProcess start() {
        List<String> prefix = new ArrayList<>(namespaces.near().prefix());
        prefix.addAll(List.of("unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /proc/$$/net && exec \"$@\""));
        prefix.add(procNet.toString());
        return agents.start(AgentOptions.in(state).inside(new Tools(prefix)).set("probe.source", "diag"));
    }

    /** The expected values of tcpInSegs, tcpOutSegs and TCPTimeouts; - means that the object is absent. */
    @ParameterizedTest
    @CsvSource(
            value = {
                "missing | missing | - | - | -",
                "'Tcp: InSegs OutSegs\\n' | 'TcpExt: TCPTimeouts\\n' | - | - | -",
                "'Tcp: InSegs OutSegs\\nTcp: 3\\n' | 'TcpExt: A TCPTimeouts\\nTcpExt: 1\\n' | 3 | - | -",
                "'Tcp: InSegs OutSegs\\nTcp: 3 4 5\\n' | 'TcpExt: TCPTimeouts\\nTcpExt: 6 7' | 3 | 4 | 6",
            },
            delimiter = '|')
    void shouldStartWithAnyFiles(String snmp, String netstat, String in, String out, String timeouts) throws Exception {
        write("snmp", snmp);
        write("netstat", netstat);
        AgentProcess agent = start();
        Snmp reader = Snmp.v2c(namespaces.near(), agent, "public");
        assertEquals(in, value(reader.get(TCP + "10.0")));
        assertEquals(out, value(reader.get(TCP + "11.0")));
        assertEquals(timeouts, value(reader.get(COUNTERS + "2.11.84.67.80.84.105.109.101.111.117.116.115")));
        String log = agent.output();
        for (String file : List.of("snmp", "netstat")) {
            long lines = log.lines()
                    .filter(line -> line.contains("read /proc/net/" + file + ": "))
                    .count();
            assertEquals(1, lines, log);
        }
    }

    private void write(String file, String text) throws IOException {
        if (!text.equals("missing")) {
            Files.writeString(procNet.resolve(file), text.replace("\\n", "\n"));
        }
    }

    private static String value(Snmp.Varbind varbind) {
        return varbind.present() ? varbind.value() : "-";
    }

    @Test
    void shouldServeValuesThatCanDecreaseAsGauge() throws Exception {
        write("snmp", "Tcp: CurrEstab\nTcp: 4\n");
        write("netstat", "TcpExt: TW\nTcpExt: 1\nMPTcpExt: MPCurrEstab\nMPTcpExt: 9\n");
        Snmp reader = Snmp.v2c(namespaces.near(), start(), "public");
        Snmp.Varbind gauge = reader.get(COUNTERS + "3" + MP_CURR_ESTAB);
        assertEquals("Gauge32 9", gauge.type() + " " + gauge.value());
        assertFalse(reader.get(COUNTERS + "2" + MP_CURR_ESTAB).present());
        write("netstat", "TcpExt: TW\nTcpExt: 1\nMPTcpExt: MPCurrEstab\nMPTcpExt: 7\n");
        Waiting.until(
                "the gauge to fall",
                () -> reader.get(COUNTERS + "3" + MP_CURR_ESTAB).value(),
                "7"::equals);
        Snmp.Varbind established = reader.get(TCP + "9.0");
        assertEquals("Gauge32 4", established.type() + " " + established.value());
    }

    @Test
    void shouldServeTheLimitsOfTheTimeoutThatAreInForce() throws Exception {
        Path sysctls = Path.of("/proc/sys/net/ipv4");
        boolean min = Files.exists(sysctls.resolve("tcp_rto_min_us"));
        boolean max = Files.exists(sysctls.resolve("tcp_rto_max_ms"));
        assumeTrue(min, "net.ipv4.tcp_rto_min_us is there since Linux 6.11");
        set("tcp_rto_min_us=5000");
        AgentProcess agent = agents.start(AgentOptions.in(state).inside(namespaces.near()));
        Snmp reader = Snmp.v2c(namespaces.near(), agent, "public");
        assertEquals("INTEGER 5", text(reader, "2"));
        assertEquals("INTEGER 120000", text(reader, "3"));
        set("tcp_rto_min_us=30000");
        if (max) {
            set("tcp_rto_max_ms=1500");
        }
        Predicate<String> now = ("INTEGER 30 INTEGER " + (max ? 1500 : 120_000))::equals;
        Waiting.until("the new limits", () -> text(reader, "2") + " " + text(reader, "3"), now);
    }

    private static String text(Snmp reader, String object) {
        Snmp.Varbind varbind = reader.get(TCP + object + ".0");
        return varbind.type() + " " + varbind.value();
    }

    private void set(String sysctl) {
        namespaces.near().run("sysctl", "-w", "net.ipv4." + sysctl).expectSuccess();
    }
}
