package io.tcpprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.doctor.Finding.Level;
import io.tcpprobe.agent.terminal.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorReportTest {
    private static final DoctorReport REPORT = new DoctorReport(List.of(
            Finding.ok("kernel", "Linux 6.1"),
            Finding.warning("clock", "not synchronized", "run a time service"),
            Finding.fails("snmp udp", "127.0.0.1:1161 is taken by " + "x".repeat(60), "stop it")));

    @Test
    void shouldFitTheWidthAndIndentWhatFollows() {
        List<String> lines = REPORT.lines(80).stream().map(Line::text).toList();
        assertEquals(
                List.of(
                        "ok       kernel         Linux 6.1",
                        "warning  clock          not synchronized",
                        "                        remedy: run a time service",
                        "fails    snmp udp       127.0.0.1:1161 is taken by",
                        "                        " + "x".repeat(56),
                        "                        " + "x".repeat(4),
                        "                        remedy: stop it",
                        "1 ok, 1 warnings, 1 fail"),
                lines);
    }

    @Test
    void shouldColourTheLevelOnly() {
        assertEquals(
                "\033[32mok\033[0m       kernel         Linux 6.1",
                REPORT.lines(80).getFirst().ansi(true));
    }

    @Test
    void shouldNotLetNamesControlTheTerminal() {
        DoctorReport report = new DoctorReport(List.of(Finding.ok("snmp port 161", "a\033[2Jb (process 1)")));
        assertTrue(report.lines(80).getFirst().text().endsWith("a?[2Jb (process 1)"));
    }

    @Test
    void shouldBeAsBadAsItsWorstFinding() {
        assertEquals(Level.FAILS, REPORT.worst());
        assertEquals(Level.OK, new DoctorReport(List.of()).worst());
    }

    @Test
    void shouldBeJson() {
        String json = JsonText.of(new DoctorReport(List.of(Finding.warning("clock", "f", "r"))).json());
        assertEquals(
                "{\"result\":\"warning\",\"findings\":[{\"level\":\"warning\",\"check\":\"clock\",\"fact\":\"f\",\"remedy\":\"r\"}]}",
                json);
    }
}
