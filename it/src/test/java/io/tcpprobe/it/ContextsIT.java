package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.NamespacePair;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each network namespace is a context with its own TCP-MIB. */
@Needs({"snmpwalk", "snmpbulkwalk", "snmpget", "snmpset", "ip", "netns"})
class ContextsIT {
    private static final String PASSPHRASE = "correct horse";
    private static final String TCP = "1.3.6.1.2.1.6.";
    private static final String CURR_ESTAB = TCP + "9.0";
    private static final String IN_SEGS_64 = TCP + "17.0";
    private static final String CONNECTION_STATE = TCP + "19.1.7";
    private static final String LISTENER = TCP + "20.1";
    private static final String CONTEXT_NAME = "1.3.6.1.6.3.16.1.1.1.1";
    private static final String LOGICAL_DESCRIPTION = "1.3.6.1.2.1.47.1.2.1.1.2";
    private static final String LOGICAL_CONTEXT = "1.3.6.1.2.1.47.1.2.1.1.8";
    private static final String SYS_DESCR = "1.3.6.1.2.1.1.1.0";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static NamespacePair pair;
    private static Tools near;
    private static TrafficProcess here;
    private static TrafficProcess there;
    private static int port;
    private static AgentProcess agent;

    @BeforeAll
    static void connectTwoNamespaces() {
        pair = NamespacePair.open();
        near = inside(pair.left());
        here = TrafficProcess.start(near);
        there = TrafficProcess.start(inside(pair.right()));
        port = there.listen(NamespacePair.RIGHT_IPV4);
        here.connect(NamespacePair.RIGHT_IPV4, port);
        agent = start(options(state).set("snmp.communitycontexts", 1));
    }

    @AfterAll
    static void removeNamespaces() {
        for (TrafficProcess process : Arrays.asList(here, there)) {
            if (process != null) {
                process.close();
            }
        }
        if (pair != null) {
            pair.close();
        }
    }

    private static Tools inside(String namespace) {
        return new Tools(List.of("ip", "netns", "exec", namespace));
    }

    private static AgentProcess start(AgentOptions options) {
        options.addUser("writer", PASSPHRASE, true);
        return agents.start(options);
    }

    private static AgentOptions options(Path state) {
        return AgentOptions.in(state).inside(near).set("snapshotage", 0).set("snmp.contexts", 1000);
    }

    private static Snmp in(String context) {
        return in(agent, context);
    }

    private static Snmp in(AgentProcess asked, String context) {
        Snmp user = Snmp.v3(near, asked, "writer", PASSPHRASE);
        List<String> access = new ArrayList<>(user.access());
        access.addAll(List.of("-n", context));
        return new Snmp(near, user.agent(), access);
    }

    @Test
    void shouldServeEachNamespaceInItsContext() {
        List<String> names =
                in("").walk(CONTEXT_NAME).stream().map(Snmp.Varbind::text).toList();
        assertEquals("", names.getFirst(), "the default context");
        assertTrue(names.contains(pair.right()), names::toString);
        assertFalse(names.contains(pair.left()), "the agent's own namespace is the default context");

        Snmp far = in(pair.right());
        Snmp.Varbind established = far.get(CURR_ESTAB);
        assertEquals("Gauge32", established.type());
        List<Snmp.Varbind> connections = far.walk(CONNECTION_STATE);
        assertEquals(connections.size(), established.number());
        String local = CONNECTION_STATE + ".1.4.10.98.0.2." + port + ".1.4.10.98.0.1.";
        assertTrue(connections.stream().allMatch(row -> row.oid().startsWith(local)), connections::toString);
        assertEquals(connections, far.bulkwalk(CONNECTION_STATE));
        assertEquals(
                List.of(LISTENER + ".4.1.4.10.98.0.2." + port),
                far.walk(LISTENER).stream().map(Snmp.Varbind::oid).toList());
        assertEquals(there.pid(), far.walk(LISTENER).getFirst().number(), "its process");
        assertTrue(
                in("").walk(LISTENER).stream().noneMatch(row -> row.oid().endsWith("10.98.0.2." + port)),
                "it is not in the default context");
        assertFalse(far.get(SYS_DESCR).present(), "the system is the default context's");
        assertFalse(far.get(List.of(CURR_ESTAB, TCP + "99.0")).getLast().present());
    }

    @Test
    void shouldCountInEachContext() {
        Snmp far = in(pair.right());
        long least = inSegs();
        long served = far.get(IN_SEGS_64).number();
        assertTrue(served >= least && served <= inSegs(), () -> served + " segments, at least " + least);
        long before = far.get(CURR_ESTAB).number();
        here.connect(NamespacePair.RIGHT_IPV4, port);
        Waiting.until("another connection", () -> far.get(CURR_ESTAB).number(), count -> count == before + 1);
        assertTrue(far.get(IN_SEGS_64).number() > served);
    }

    /** Returns the counter in the namespace itself. */
    private static long inSegs() {
        String values = NamespacePair.inside(pair.right(), "cat", "/proc/net/snmp")
                .lines()
                .filter(line -> line.startsWith("Tcp: "))
                .toList()
                .getLast();
        return Long.parseLong(values.split(" ", -1)[10]);
    }

    @Test
    void shouldSayWhatAContextStandsFor() {
        String index = in("").walk(LOGICAL_CONTEXT).stream()
                .filter(row -> row.text().equals(pair.right()))
                .findFirst()
                .orElseThrow()
                .oid()
                .substring(LOGICAL_CONTEXT.length());
        String text = in("").get(LOGICAL_DESCRIPTION + index).text();
        assertTrue(text.matches("network namespace " + pair.right() + ", inode \\d+"), text);
    }

    @Test
    void shouldRefuseWhatAContextDoesNotHave() {
        Tools.Result unknown = in("elsewhere").run("snmpget", CURR_ESTAB);
        assertTrue(unknown.all().contains("Bad context specified"), unknown::all);
        Snmp.assertRefused(in(pair.right()).set(CONNECTION_STATE + ".1.4.10.98.0.2." + port, "i", "12"), "notWritable");
    }

    @Test
    void shouldReadAContextByCommunityIfThatIsSet() {
        String community = "public@" + pair.right();
        assertTrue(Snmp.v2c(near, agent, community).get(CURR_ESTAB).number() > 0);
        assertTrue(Snmp.v1(near, agent, community).get(CURR_ESTAB).number() > 0);
        Snmp.assertRefused(Snmp.v1(near, agent, community).run("snmpget", IN_SEGS_64), "noSuchName");
        assertFalse(Snmp.v2c(near, agent, community).walk(LISTENER).isEmpty());
        assertNotEquals(
                0,
                Snmp.v2c(near, agent, "public@elsewhere")
                        .run("snmpget", CURR_ESTAB)
                        .status());
        assertNotEquals(
                0,
                Snmp.v2c(near, agent, "other@" + pair.right())
                        .run("snmpget", CURR_ESTAB)
                        .status());
    }

    /** A namespace whose interfaces are gone has ended: the agent does not hold it. */
    @Test
    void shouldNotKeepANamespace() {
        String name = "tcpprobe-" + ProcessHandle.current().pid() + "-brief";
        NamespacePair.run("ip", "netns", "add", name);
        try {
            near.run("ip", "link", "add", "brief0", "type", "veth", "peer", "name", "brief1", "netns", name)
                    .expectSuccess();
            Waiting.until(
                    "the context",
                    () -> in("").walk(CONTEXT_NAME).stream()
                            .anyMatch(row -> row.text().equals(name)));
            assertEquals(0, in(name).get(CURR_ESTAB).number());
            assertTrue(in(name).walk(LISTENER).stream().noneMatch(Snmp.Varbind::present));
        } finally {
            NamespacePair.run("ip", "netns", "del", name);
        }
        Waiting.until(
                "the end of the namespace",
                () -> near.run("ip", "link", "show", "brief0").status() != 0);
        Waiting.until(
                "the end of the context",
                () -> in("").walk(CONTEXT_NAME).stream()
                        .noneMatch(row -> row.text().equals(name)));
    }

    @Test
    void shouldServeContextsToUsersOnlyByDefault(@TempDir Path other) {
        AgentProcess careful = start(options(other));
        assertTrue(in(careful, pair.right()).get(CURR_ESTAB).number() > 0);
        Snmp reader = Snmp.v2c(near, careful, "public@" + pair.right());
        assertNotEquals(0, reader.run("snmpget", CURR_ESTAB).status());
    }

    @Test
    void shouldServeNoContextsIfThatIsSet(@TempDir Path other) {
        AgentProcess without = start(options(other).set("snmp.contexts", 0));
        assertTrue(in(without, "").walk(CONTEXT_NAME).stream().noneMatch(Snmp.Varbind::present));
        Tools.Result refused = in(without, pair.right()).run("snmpget", CURR_ESTAB);
        assertTrue(refused.all().contains("Bad context specified"), refused::all);
    }
}
