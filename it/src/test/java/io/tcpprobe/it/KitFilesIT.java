package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.mibs.MibText;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** All files of the folder integrations: they can be read, walk no table of flows, and can be rendered for another base. */
class KitFilesIT {
    private static final String OTHER_BASE = "1.3.6.1.4.1.99999.7";

    /** The tables with a row for each flow or connection. */
    private static final List<String> FLOW_TABLES = List.of(
            SnmpFlows.BASE + ".1.4",
            "1.3.6.1.2.1.6.13",
            "1.3.6.1.2.1.6.19",
            "1.3.6.1.2.1.156.1.1.2",
            "1.3.6.1.2.1.156.1.1.3",
            "1.3.6.1.2.1.156.1.1.4",
            "1.3.6.1.2.1.156.1.1.5",
            "1.3.6.1.2.1.156.1.1.6",
            "1.3.6.1.2.1.156.1.1.7");

    @Test
    void shouldBeWellFormed() throws Exception {
        List<Path> yaml = KitFiles.ending(".yml", ".yaml");
        assertFalse(yaml.isEmpty());
        for (Path file : yaml) {
            assertNotNull(new Yaml().load(Files.readString(file)), file::toString);
        }
        for (Path file : KitFiles.ending(".json")) {
            assertNotNull(new JSONParser().parse(Files.readString(file)), file::toString);
        }
    }

    @Test
    void shouldWalkNoTableOfFlows() throws IOException {
        for (Path file : KitFiles.ending("")) {
            String text = Files.readString(file);
            for (String table : FLOW_TABLES) {
                assertFalse(
                        Pattern.compile("(?<![\\d])" + Pattern.quote(table) + "(?!\\d)")
                                .matcher(text)
                                .find(),
                        () -> file + " has " + table);
            }
        }
    }

    @Test
    @Needs({"sed", "awk"})
    void shouldBeRenderedForAnotherBase(@TempDir Path folder) throws IOException {
        Path rendered = folder.resolve("rendered");
        Tools.here()
                .run("sh", KitFiles.FOLDER.resolve("render.sh").toString(), OTHER_BASE, rendered.toString())
                .expectSuccess();
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(OTHER_BASE));
        assertEquals(MibText.render(mib), Files.readString(rendered.resolve("mibs/TCPPROBE-MIB.txt")));
        assertEquals(
                MibText.renderWithoutImports(mib),
                Files.readString(rendered.resolve("mibs-without-imports/TCPPROBE-MIB.txt")));
        try (Stream<Path> files = Files.walk(rendered)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file).contains(SnmpFlows.BASE), file::toString);
            }
        }
        assertTrue(Files.readString(rendered.resolve("snmpd/tcpprobe.conf")).contains(" ." + OTHER_BASE + "\n"));
        for (String bad : List.of("1.3.6.1.4.1", "1.3.6.1.2.1.99", ".1.3.6.1.4.1.9", "1.3.6.1.4.1.09")) {
            Tools.Result refused = Tools.here()
                    .run(
                            "sh",
                            KitFiles.FOLDER.resolve("render.sh").toString(),
                            bad,
                            folder.resolve("bad").toString());
            assertEquals(1, refused.status(), refused::toString);
        }
    }
}
