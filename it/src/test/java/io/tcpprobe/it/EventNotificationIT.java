package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notifications of events, as net-snmp's snmptrapd receives them. */
@Needs({"snmptrapd", "snmpget", "root"})
class EventNotificationIT {
    private static final String RAISED = SnmpFlows.BASE + ".0.1";
    private static final String CLEARED = SnmpFlows.BASE + ".0.2";
    private static final String SUBJECT = SnmpFlows.BASE + ".1.9.1.1.5.";
    private static final String LOG = "1.3.6.1.2.1.92.1.3";
    private static final String ENGINE = "1.3.6.1.6.3.10.2.1.1.0";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private TrapReceiver receiver;

    @BeforeEach
    void choose() throws IOException {
        receiver = TrapReceiver.in(folder);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private AgentOptions options() {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 100)
                .set("events.interval", 1)
                .set("events.clear", 2)
                .set("snmp.notify", receiver.address());
    }

    private List<String> about(String notification, FullListener listener) {
        return receiver.notifications(notification).stream()
                .filter(line -> line.contains("." + SUBJECT) && line.contains(listener.address()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2c", "v3"})
    void shouldNotifyWhenAnEventIsRaisedAndCleared(String version) throws IOException {
        AgentOptions options = options();
        options.addUser(TrapReceiver.USER, TrapReceiver.PASSPHRASE, false);
        AgentProcess agent =
                agents.start(version.equals("v3") ? options.set("snmp.notifyuser", TrapReceiver.USER) : options);
        Snmp snmp = Snmp.v3(Tools.here(), agent, TrapReceiver.USER, TrapReceiver.PASSPHRASE);
        receiver.startForTrapsOf(snmp.get(ENGINE).value().replaceAll("\\s", ""));
        try (FullListener listener = FullListener.open()) {
            Waiting.until(
                    "raised", listener::overflow, _ -> !about(RAISED, listener).isEmpty());
            listener.relieve();
            Waiting.until("cleared", () -> !about(CLEARED, listener).isEmpty());
            String line = about(RAISED, listener).getFirst();
            assertTrue(line.contains("accept queue"), line);
        }
    }

    /** A receiver that never answers comes first: it must not delay the other. */
    @ParameterizedTest
    @ValueSource(strings = {"v2c", "v3"})
    void shouldRepeatInformsUntilTheyAreAcknowledged(String version) throws IOException {
        try (DatagramSocket silent = new DatagramSocket(0, LoopbackConnection.LOOPBACK);
                FullListener first = FullListener.open();
                FullListener second = FullListener.open()) {
            AgentOptions options = options()
                    .set("snmp.notify", "127.0.0.1:" + silent.getLocalPort() + "," + receiver.address())
                    .set("snmp.inform", 1);
            options.addUser(TrapReceiver.USER, TrapReceiver.PASSPHRASE, false);
            options.addInformUser(TrapReceiver.USER, TrapReceiver.PASSPHRASE, TrapReceiver.ENGINE);
            AgentProcess agent =
                    agents.start(version.equals("v3") ? options.set("snmp.notifyuser", TrapReceiver.USER) : options);
            Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
            raise(snmp, first);
            receiver.startForInforms();
            Waiting.until(
                    "the inform from before the start",
                    () -> !about(RAISED, first).isEmpty());
            receiver.stop();
            raise(snmp, second);
            assertEquals(List.of(), about(RAISED, second));
            receiver.startForInforms();
            Waiting.until(
                    "the inform from while it was stopped",
                    () -> !about(RAISED, second).isEmpty());
        }
    }

    /** A manager that was not there when an event was raised finds the notification, although none is sent. */
    @Test
    void shouldLogNotificationsForManagersThatMissedThem() throws IOException {
        try (FullListener listener = FullListener.open()) {
            AgentOptions options = options().set("snmp.notify", "");
            options.addUser(TrapReceiver.USER, TrapReceiver.PASSPHRASE, true);
            AgentProcess agent = agents.start(options);
            Snmp snmp = Snmp.v3(Tools.here(), agent, TrapReceiver.USER, TrapReceiver.PASSPHRASE);
            raise(snmp, listener);
            List<Snmp.Varbind> notifications = snmp.walk(LOG + ".1.1.9");
            assertTrue(
                    notifications.stream().anyMatch(value -> value.value().equals("." + RAISED)),
                    notifications.toString());
            String texts = snmp.run("snmpwalk", LOG + ".2.1.8").expectSuccess().replaceAll("\\s", "");
            assertTrue(texts.contains(hex(listener)), texts);
            assertEquals("1000", snmp.get("1.3.6.1.2.1.92.1.1.1.0").value());
            snmp.set("1.3.6.1.2.1.92.1.1.1.0", "u", "1");
            assertEquals(1, snmp.walk(LOG + ".1.1.9").size());
        }
    }

    /** Overflows a listener until there is an event about it. */
    private static void raise(Snmp snmp, FullListener listener) {
        String subject = hex(listener);
        Waiting.until("an event about " + listener.address(), () -> {
            listener.overflow();
            return snmp.run("snmpwalk", SnmpFlows.BASE + ".1.9.1.1.5")
                    .expectSuccess()
                    .replaceAll("\\s", "")
                    .contains(subject);
        });
    }

    /** Returns the address of a listener as snmpwalk prints it. */
    private static String hex(FullListener listener) {
        return HexFormat.of().withUpperCase().formatHex(listener.address().getBytes(StandardCharsets.US_ASCII));
    }
}
