package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MibTextTest {
    private static final Path COMMITTED = Path.of("src/main/mibs/TCPPROBE-MIB.txt");

    private static String rendered() {
        return MibText.render(new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText())));
    }

    @Test
    void shouldBeTheCommittedFile() throws IOException {
        Rendered.assertCommitted(COMMITTED, rendered());
    }

    @Test
    void shouldBeTheCommittedFileWithoutImports() throws IOException {
        String text = MibText.renderWithoutImports(new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText())));
        Rendered.assertCommitted(Path.of("../packaging/rendered/mibs/TCPPROBE-MIB.txt"), text);
    }

    @Test
    void shouldHaveTheSameObjectsWithoutImports() {
        TcpProbeMib mib = new TcpProbeMib(Oid.parse("1.3.6.1.4.1.99999.7"));
        String with = MibText.render(mib);
        String without = MibText.renderWithoutImports(mib);
        assertFalse(without.contains("IMPORTS"), without);
        String objects = with.substring(with.indexOf("tcpProbeParent1 OBJECT"));
        assertTrue(without.endsWith(objects), "the same text from the parents on");
    }

    @Test
    void shouldRenderTheParentsOfAnotherBase() {
        String text = MibText.render(new TcpProbeMib(Oid.parse("1.3.6.1.4.1.99999.7")));
        assertTrue(
                text.contains("tcpProbeParent1 OBJECT IDENTIFIER ::= { enterprises 99999 }")
                        && text.contains("::= { tcpProbeParent1 7 }"),
                text.substring(0, 1500));
    }

    @Test
    void shouldHaveNamesThatEveryCompilerTakes() {
        assertTrue(
                Arrays.stream(rendered().split("\n", -1))
                        .filter(line -> line.endsWith("OBJECT-TYPE"))
                        .allMatch(line -> line.split(" ", -1)[0].length() <= 32),
                "names of at most 32 characters");
    }
}
