package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Notifications of TCP-ESTATS-MIB, as net-snmp's snmptrapd receives them. */
@Needs({"snmptrapd", "snmpset", "snmpget", "root"})
class EstatsNotificationIT {
    private static final int CONNECTIONS = 7;
    private static final String ENGINE = "1.3.6.1.6.3.10.2.1.1.0";
    private static final String ESTABLISHED = EstatsRow.ROOT + ".0.1";
    private static final String CLOSED = EstatsRow.ROOT + ".0.2";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private TrafficProcess traffic;
    private TrapReceiver receiver;

    @BeforeEach
    void startTraffic() throws IOException {
        traffic = TrafficProcess.start(Tools.here());
        receiver = TrapReceiver.in(folder);
    }

    @AfterEach
    void stop() {
        traffic.close();
        receiver.close();
    }

    /** Both endpoints of the test's connections are on this host, each a connection of its own. */
    @ParameterizedTest
    @CsvSource({"bpf, v2c", "diag, v2c", "bpf, v3"})
    void shouldNotifyOfEveryConnectionWhenEnabled(String source, String version) throws IOException {
        if (source.equals("bpf")) {
            NeedsCondition.require("bpf");
        }
        AgentOptions options = AgentOptions.in(folder.resolve("state"))
                .set("probe.source", source)
                .set("snapshotage", 100)
                .set("snmp.notify", receiver.address());
        options.addUser(TrapReceiver.USER, TrapReceiver.PASSPHRASE, true);
        AgentProcess agent =
                agents.start(version.equals("v3") ? options.set("snmp.notifyuser", TrapReceiver.USER) : options);
        Snmp snmp = Snmp.v3(Tools.here(), agent, TrapReceiver.USER, TrapReceiver.PASSPHRASE);
        receiver.startForTrapsOf(snmp.get(ENGINE).value().replaceAll("\\s", ""));
        int port = traffic.listen("127.0.0.1");
        traffic.connect("127.0.0.1", port);
        snmp.set(EstatsRow.ROOT + ".1.2.5.0", "i", "1").expectSuccess();
        int[] locals = Stream.generate(() -> traffic.connect("127.0.0.1", port))
                .limit(CONNECTIONS)
                .mapToInt(Integer::intValue)
                .toArray();
        Waiting.until("all to be established", () -> count(ESTABLISHED, port), count -> count >= 2 * CONNECTIONS);
        assertEquals(0, count(CLOSED, port));
        for (int local : locals) {
            traffic.disconnect(local);
        }
        Waiting.until("all to be closed", () -> count(CLOSED, port), count -> count >= 2 * CONNECTIONS);
        assertEquals(2 * CONNECTIONS, count(ESTABLISHED, port), "each once, and none from before it was wanted");
        assertEquals(2 * CONNECTIONS, count(CLOSED, port));
    }

    /** Returns the number of notifications of a kind about connections with this port at either endpoint. */
    private long count(String notification, int port) {
        String index = "(?s).*\\." + EstatsRow.ROOT.replace(".", "\\.") + "\\.1\\.1\\.2\\.1\\.1"
                + "\\.1\\.4\\.127\\.0\\.0\\.1\\.(" + port
                + "\\.1\\.4\\.127\\.0\\.0\\.1\\.\\d+|\\d+\\.1\\.4\\.127\\.0\\.0\\.1\\." + port
                + ") = .*";
        return receiver.notifications(notification).stream()
                .filter(line -> line.matches(index))
                .count();
    }
}
