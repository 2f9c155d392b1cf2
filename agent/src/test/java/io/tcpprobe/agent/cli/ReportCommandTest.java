package io.tcpprobe.agent.cli;

import static io.tcpprobe.agent.report.Recordings.json;
import static io.tcpprobe.agent.report.Recordings.line;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.report.ReportColumn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    private static final String HOSTILE = "<script>\\\"&";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int report(List<String> lines, String... options) throws Exception {
        Path file = Files.write(folder.resolve("records"), lines);
        List<String> arguments = new ArrayList<>(List.of("report", file.toString()));
        arguments.addAll(Arrays.asList(options));
        return Commands.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static List<String> recording() {
        return List.of(
                json(1, ",\"bytesAcked\":0,\"srtt\":20000,\"command\":\"" + HOSTILE + "\""),
                json(3, ",\"bytesAcked\":5000,\"srtt\":20000,\"command\":\"" + HOSTILE + "\""),
                line(3, 99, 0, 4, 0, "0 0 0 0 0 0"));
    }

    @Test
    void shouldPrintATable() throws Exception {
        assertEquals(0, report(recording()), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.getFirst().startsWith("connection  local"), out::toString);
        assertTrue(
                lines.get(1).matches("1 +10\\.0\\.0\\.1:4711 +\\[2001:db8::1]:443 +2\\.000 +5000 +- +2500 .*"),
                out::toString);
        assertEquals("records: 2 connections, 3 records, 0 bad lines", lines.getLast());
    }

    @Test
    void shouldWriteCsv() throws Exception {
        Path file = folder.resolve("report.csv");
        assertEquals(0, report(recording(), "--format", "csv", "--out", file.toString()), err::toString);
        List<String> lines = Files.readAllLines(file);
        assertEquals(3, lines.size());
        assertTrue(lines.getFirst().startsWith("connection,local,remote,duration,bytesAcked,"), lines::toString);
        assertTrue(
                lines.get(1).startsWith("1,10.0.0.1:4711,\"[2001:db8::1]:443\",2.000,5000,,2500,20000,"),
                lines::toString);
        assertTrue(lines.get(1).contains(",\"<script>\"\"&\","), lines::toString);
        assertEquals("", out.toString());
    }

    @Test
    void shouldPrintJson() throws Exception {
        assertEquals(0, report(recording(), "--format", "json"), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertEquals(2, lines.size());
        JSONObject first = new JSONParser().parse(lines.getFirst(), JSONObject.class);
        assertEquals(5000L, first.get("bytesAcked"));
        assertEquals("<script>\"&", first.get("command"));
        assertFalse(first.containsKey("retrans"), lines::toString);
    }

    @Test
    void shouldEscapeNamesInHtml() throws Exception {
        assertEquals(0, report(recording(), "--format", "html"), err::toString);
        String page = out.toString();
        assertTrue(page.contains("<td>&lt;script&gt;&quot;&amp;</td>"), page);
        assertFalse(page.contains("<script"), page);
        assertFalse(page.contains("http"), page); // needs nothing from elsewhere
        for (ReportColumn column : ReportColumn.values()) {
            assertTrue(page.contains(">" + column.label() + "<"), column::label);
        }
    }

    @Test
    void shouldRefuseAnUnknownFormat() throws Exception {
        assertEquals(2, report(recording(), "--format", "xml"));
        assertEquals(
                "tcpprobe: report --format xml: there is no such format; give table, csv, json or html\n",
                err.toString());
    }

    @Test
    void shouldReportAFileThatIsNoRecording() throws Exception {
        assertEquals(1, report(List.of("nonsense")));
        assertTrue(err.toString().contains("tcpprobe: report: "), err::toString);
        assertTrue(err.toString().contains("line 1: "), err::toString);
        assertEquals("", out.toString());
    }
}
