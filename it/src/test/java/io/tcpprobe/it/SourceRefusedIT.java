package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** If only a damaged library keeps root from using the source bpf, the reason is shown wherever the source is shown. */
@Needs({"bpf", "snmpget"})
class SourceRefusedIT {
    private static final String ABOUT = SnmpFlows.BASE + ".1.2.";

    @RegisterExtension
    static final Agents agents = Agents.ofTest();

    @Test
    void shouldReportTheReasonForPollingInEveryConnector(@TempDir Path folder) throws Exception {
        Path library = Files.write(folder.resolve("libbpf.so.1"), new byte[4096]);
        AgentOptions options = AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "auto")
                .environment("LD_LIBRARY_PATH", folder.toString());
        AgentProcess agent = agents.start(options);
        String cause = "bpf: load libbpf.so.1: " + library + ": ";

        List<String> warnings = agent.output()
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("bpf"))
                .toList();
        assertEquals(1, warnings.size(), agent::output);
        String warning = "source diag is used, not " + cause;
        assertTrue(warnings.getFirst().contains(warning), agent::output);

        Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
        assertEquals("diag", snmp.get(ABOUT + "1.0").text());
        String sourceRefused = snmp.get(ABOUT + "2.0").text();
        assertTrue(sourceRefused.startsWith(cause), sourceRefused);
        Object refused = new Jolokia(agent.http()).read("tcpprobe:type=Agent", "SourcesRefused");
        assertTrue(refused.toString().startsWith(cause), refused::toString);

        String flows = options.run("flows").expectSuccess();
        assertTrue(flows.startsWith(warning), flows);
    }
}
