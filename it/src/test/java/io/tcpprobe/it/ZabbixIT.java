package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The template for Zabbix 6.0 in a Zabbix server: imported, linked to a host, and with loss its trigger fires. */
@Needs({"--all", "zabbix_server", "php", "psql", "setpriv", "unshare", "ip", "netns", "nft"})
class ZabbixIT {
    private static final String TEMPLATE = "tcpprobe by SNMP";
    private static final int CHUNK = 200_003;

    /** "Execute now". */
    private static final int EXECUTE_NOW = 6;

    private static final Map<String, Boolean> CREATE = Map.of("createMissing", true, "updateExisting", true);

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private static Map<String, Object> rules() {
        Map<String, Object> rules = new LinkedHashMap<>();
        Stream.of("groups", "templates", "items", "discoveryRules", "triggers", "graphs", "valueMaps")
                .forEach(kind -> rules.put(kind, CREATE));
        return rules;
    }

    private static String only(List<Map<?, ?>> found, String id) {
        assertEquals(1, found.size(), found::toString);
        return String.valueOf(found.getFirst().get(id));
    }

    private static String createHost(ZabbixServer zabbix, AgentProcess agent) throws IOException {
        zabbix.call(
                "configuration.import",
                Map.of("format", "yaml", "rules", rules(), "source", KitFiles.text("zabbix/tcpprobe-6.0.yaml")));
        String template = only(zabbix.list("template.get", Map.of("filter", Map.of("host", TEMPLATE))), "templateid");
        String group =
                only(zabbix.list("hostgroup.get", Map.of("filter", Map.of("name", "Discovered hosts"))), "groupid");
        String[] address = agent.snmp().split(":", -1);
        zabbix.call(
                "host.create",
                Map.of(
                        "host",
                        "tested",
                        "groups",
                        List.of(Map.of("groupid", group)),
                        "templates",
                        List.of(Map.of("templateid", template)),
                        "interfaces",
                        List.of(Map.of(
                                "type",
                                2,
                                "main",
                                1,
                                "useip",
                                1,
                                "ip",
                                address[0],
                                "dns",
                                "",
                                "port",
                                address[1],
                                "details",
                                Map.of("version", 2, "bulk", 1, "community", "public"))),
                        "macros",
                        List.of(
                                Map.of("macro", "{$TCPPROBE.RETRANS.TIME}", "value", "5s"),
                                Map.of("macro", "{$TCPPROBE.RETRANS.MAX}", "value", "1"))));
        return only(zabbix.list("host.get", Map.of("filter", Map.of("host", "tested"))), "hostid");
    }

    /** Lets Zabbix read items and discover now; what it has not loaded yet is refused. */
    private static void executeNow(ZabbixServer zabbix, String method, Object filter) throws IOException {
        List<Object> tasks = zabbix.list(method, filter).stream()
                .<Object>map(one -> Map.of("type", EXECUTE_NOW, "request", Map.of("itemid", one.get("itemid"))))
                .toList();
        if (!tasks.isEmpty()) {
            zabbix.call("task.create", tasks);
        }
    }

    private static List<String> problems(ZabbixServer zabbix, String host) throws IOException {
        executeNow(zabbix, "discoveryrule.get", Map.of("hostids", host));
        executeNow(zabbix, "item.get", Map.of("hostids", host, "filter", Map.of("key_", "tcpprobe.retransmissions")));
        Waiting.pause(Duration.ofSeconds(2)); // Zabbix executes tasks every few seconds
        return zabbix.list("problem.get", Map.of("hostids", host)).stream()
                .map(problem -> String.valueOf(problem.get("name")))
                .toList();
    }

    @Test
    void shouldShowLossAsAProblem() throws Exception {
        TestNamespaces network = kept.open(TestNamespaces.open());
        TrafficProcess client = kept.open(TrafficProcess.start(network.near()));
        TrafficProcess server = kept.open(TrafficProcess.start(network.far()));
        AgentProcess agent = agents.start(AgentOptions.in(Files.createDirectory(folder.resolve("state")))
                .set("probe.source", "diag")
                .set("probe.namespaces", 1000)
                .set("snapshotage", 100)
                .set("events.interval", 1));
        ZabbixServer zabbix = kept.open(ZabbixServer.start(Files.createDirectory(folder.resolve("zabbix"))));
        String host = createHost(zabbix, agent);
        network.far()
                .run(
                        "nft",
                        "table inet loss { chain in { type filter hook input priority 0;"
                                + " meta l4proto tcp numgen random mod 8 < 1 drop; }; }")
                .expectSuccess();
        int port = server.listen(TestNamespaces.FAR_ADDRESS);
        int local = client.connect(TestNamespaces.FAR_ADDRESS, port);
        String problem = "tcpprobe: more than 1 % of the segments are retransmitted";
        Waiting.until(
                problem,
                () -> {
                    client.send(local, CHUNK);
                    return problems(zabbix, host);
                },
                found -> found.contains(problem));
    }
}
