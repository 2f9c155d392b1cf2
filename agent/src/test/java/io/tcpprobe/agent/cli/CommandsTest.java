package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.terminal.Wrapping;
import io.tcpprobe.agent.users.ReceiverUsers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Commands.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String state() {
        return "--set=state.dir=" + folder.resolve("state");
    }

    @ParameterizedTest
    @CsvSource({"usr, user", "flws, flows", "recods, records", "flows --tpo 3, --top", "flows --tpo=3, --top"})
    void shouldSuggestSimilarNames(String typed, String meant) {
        assertEquals(2, run(typed.split(" ")), err::toString);
        assertTrue(err.toString().contains("Did you mean '" + meant + "'?"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bogus", "rehearsal", "ps", "flows --colour"})
    void shouldNotSuggestUnlikeNames(String typed) {
        assertEquals(2, run(typed.split(" ")), err::toString);
        assertFalse(err.toString().contains("Did you mean"), err::toString);
        assertTrue(err.toString().contains("Usage: tcpprobe"), err::toString);
    }

    @Test
    void shouldRefuseInvalidPorts() {
        assertEquals(2, run("records", "--port", "99999"), err::toString);
        assertEquals("tcpprobe: records --port 99999: it is out of range; give 0..65535\n", err.toString());
    }

    @Test
    void shouldListTheNamesThatFlowsCanBeRankedBy() {
        assertEquals(0, run("flows", "--by"), err::toString);
        assertTrue(out.toString().lines().count() > 1, out::toString);
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
        assertTrue(out.toString().contains("  srtt"), out::toString);
        assertEquals(2, run("flows", "--by", "nosuchfield"), err::toString);
        assertTrue(err.toString().lines().allMatch(line -> line.length() <= 80), err::toString);
        assertTrue(err.toString().contains("  srtt"), err::toString);
    }

    @Test
    void shouldAcceptAFieldInAnyCase() {
        assertEquals(0, run("flows", "--by", "SRTT", "--top", "1", "--set=probe.source=diag"), err::toString);
        assertTrue(out.toString().contains("by srtt"), out::toString);
    }

    @Test
    void shouldSuggestColumnsAndListThem() {
        assertEquals(2, run("flows", "--columns", "remote,srt"), err::toString);
        assertEquals(
                "tcpprobe: flows --columns: there is no column 'srt'; did you mean 'srtt'? 'tcpprobe flows --columns' lists them\n",
                err.toString().replaceFirst("'srtt'( or '\\w+')*", "'srtt'"));
        assertEquals(0, run("flows", "--columns"), err::toString);
        assertTrue(out.toString().contains("  limitedBy"), out::toString);
        assertTrue(out.toString().contains("  bytesAckedRate"), out::toString);
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
    }

    @Test
    void shouldReportWhereAFilterIsWrong() {
        assertEquals(2, run("flows", "--filter", "dport = 443 sport = 1"), err::toString);
        assertEquals(
                "tcpprobe: flows --filter 'dport = 443 sport = 1': at 'sport', 'and', 'or' or the end was expected\n",
                err.toString());
    }

    @Test
    void shouldPrintFlowsInOneFormat() {
        assertEquals(2, run("flows", "--json", "--csv"), err::toString);
        assertEquals(0, run("flows", "--csv", "--columns=remote,srtt", "--set=probe.source=diag"), err::toString);
        assertEquals("remote,srtt", out.toString().lines().findFirst().orElseThrow());
        out.getBuffer().setLength(0);
        assertEquals(
                0,
                run("flows", "--json", "--filter", "dport = 1 and sport = 1", "--set=probe.source=diag"),
                err::toString);
        assertEquals("[\n]\n", out.toString());
    }

    @Test
    void shouldFitSettingsAndTheirMeaningIntoTheTerminal() {
        String list = "127.0.0.1:10161,127.0.0.2:10161,127.0.0.3:10161,127.0.0.4:10161,127.0.0.5:10161";
        assertEquals(
                0,
                run("settings", "--doc", state(), "--set=probe.source=diag", "--set=snmp.listen=" + list),
                err::toString);
        int columns = Wrapping.columns(System.getenv().getOrDefault("COLUMNS", ""));
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= columns), out::toString);
        assertTrue(out.toString().contains("\nprobetime = 500\n    from: default; default: 500;"), out::toString);
        assertTrue(out.toString().replaceAll("\\s+", "").contains("snmp.listen=" + list), out::toString);
        assertTrue(out.toString().contains("\n    Minimum time between two samples of a flow"), out::toString);
    }

    @Test
    void shouldRefuseRightsForAUserOfAReceiver() {
        assertEquals(2, run("user", "add", "ops", "--write", "--inform", "8000000001", state()), err::toString);
        assertTrue(err.toString().contains("--write and --inform exclude each other"), err::toString);
    }

    @Test
    void shouldListAndRemoveUsersOfAReceiver() throws Exception {
        assertEquals(0, run("user", "list", state()), err::toString);
        ReceiverUsers.of(folder.resolve("state"), new byte[] {9, 9, 9, 9, 9})
                .add("ops", false, "correct horse", "battery staple");
        assertEquals(0, run("user", "list", "--inform", "0909090909", state()), err::toString);
        assertEquals("ops (may read)\n", out.toString());
        assertEquals(1, run("user", "remove", "ops", state()), "no user of this engine");
        assertEquals(0, run("user", "remove", "ops", "--inform", "0909090909", state()), err::toString);
        assertEquals(1, run("user", "remove", "ops", "--inform", "0909090909", state()), "it is gone");
    }

    @Test
    void shouldReportThatThereAreNoUsers() {
        assertEquals(0, run("user", "list", state()), err::toString);
        assertEquals("", out.toString());
        assertTrue(err.toString().startsWith("tcpprobe: no users: "), err::toString);
        assertTrue(err.toString().contains(folder.toString()), err::toString);
    }

    @Test
    void shouldLeaveAnEarlierRecordingWhenThereAreNoNewRecords() throws Exception {
        Path file = Files.writeString(folder.resolve("records"), "earlier\n");
        assertEquals(1, run("records", "--set", "probe.source=diag", "--out", file.toString()), err::toString);
        assertEquals("earlier\n", Files.readString(file));
    }

    @Test
    void shouldEmptyAnEarlierRecordingWhenThereAreNewRecords() throws Exception {
        Path recording = Files.writeString(folder.resolve("recording"), "");
        Path file = Files.writeString(folder.resolve("records"), "earlier\n");
        assertEquals(
                0,
                run(
                        "records",
                        "--set=probe.source=replay",
                        "--set=replay.file=" + recording,
                        "--set=replay.speed=0",
                        "--out=" + file),
                err::toString);
        assertEquals("", Files.readString(file));
    }

    @Test
    void shouldReportWhyAnAddressCannotBeBound() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    1,
                    run(
                            "run",
                            state(),
                            "--set=probetime=soon",
                            "--set=snmp.listen=192.0.2.1:1161",
                            "--set=http.listen=127.0.0.1:" + taken.getLocalPort()),
                    err::toString);
            String snmp = "tcpprobe: listen snmp udp 192.0.2.1:1161: Cannot assign requested address; this host does"
                    + " not have that address; choose one that 'ip address' lists with --set snmp.listen=HOST:PORT";
            String http =
                    "; stop the process that listens there, or choose another port with --set http.listen=HOST:PORT";
            assertTrue(err.toString().lines().anyMatch(snmp::equals), err::toString);
            assertTrue(err.toString().lines().anyMatch(line -> line.endsWith(http)), err::toString);
        }
    }
}
