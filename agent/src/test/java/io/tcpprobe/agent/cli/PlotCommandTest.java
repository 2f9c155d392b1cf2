package io.tcpprobe.agent.cli;

import static io.tcpprobe.agent.report.Recordings.line;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotCommandTest {
    private static final String NOTHING = "0 0 0 0 0 0";

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int plot(String... options) throws Exception {
        Path file = Files.write(
                folder.resolve("records"),
                List.of(
                        line(0, 11, 0, 10, 100, NOTHING),
                        line(1, 22, 0, 10, 100, NOTHING),
                        line(2, 11, 100, 10, 100, NOTHING),
                        line(5, 22, 900, 10, 100, NOTHING)));
        List<String> arguments = new ArrayList<>(
                List.of("plot", file.toString(), "--out", picture().toString()));
        arguments.addAll(Arrays.asList(options));
        return Commands.line().setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
    }

    private Path picture() {
        return folder.resolve("picture.svg");
    }

    @Test
    void shouldDrawTheConnectionWithTheMostBytes() throws Exception {
        assertEquals(0, plot(), err::toString);
        assertTrue(Files.readString(picture()).contains("10.0.0.1:22 "));
    }

    @Test
    void shouldDrawTheConnectionThatIsNamed() throws Exception {
        assertEquals(0, plot("--connection", "1", "--from", "1", "--to", "3"), err::toString);
        assertTrue(Files.readString(picture()).contains("10.0.0.1:11 "));
    }

    @Test
    void shouldRefuseAnUnknownConnection() throws Exception {
        assertEquals(2, plot("--connection", "3"));
        assertTrue(
                err.toString()
                        .startsWith("tcpprobe: plot --connection 3: the recording has no such connection; 'tcpprobe"
                                + " report "),
                err::toString);
    }

    @Test
    void shouldRefuseATimeWithoutSamples() throws Exception {
        assertEquals(2, plot("--from", "6"));
        assertEquals(
                "tcpprobe: plot: there is nothing from 6.0 to 5.0 s; connection 2 has samples from 1.0 to 5.0 s\n",
                err.toString());
        assertEquals(2, plot("--from", "-1"));
        assertEquals(2, plot("--mss", "0"));
    }

    @Test
    void shouldReportAFileThatCannotBeWritten() throws Exception {
        Files.createDirectory(picture());
        assertEquals(1, plot());
        assertTrue(err.toString().endsWith("; name a file that can be written\n"), err::toString);
    }

    private String refusal(String... arguments) {
        err.getBuffer().setLength(0);
        assertEquals(2, Commands.line().setErr(new PrintWriter(err, true)).execute(arguments), err::toString);
        return err.toString();
    }

    @Test
    void shouldNeedOneSource() throws Exception {
        String out = picture().toString();
        String either =
                "tcpprobe: plot: name either a FILE of records, or a flow of this host with --flow, or what the agent"
                        + " remembers with --history\n";
        assertEquals(either, refusal("plot", "--out", out));
        assertEquals(either, refusal("plot", "records", "--flow", "1", "--out", out));
        assertEquals(either, refusal("plot", "--history", "host", "--flow", "1", "--out", out));
        assertEquals(either, refusal("plot", "records", "--history", "host", "--out", out));
    }

    @Test
    void shouldNeedAnAgentForAHistory() throws Exception {
        String out = picture().toString();
        String none = "state.dir=" + folder.resolve("none");
        assertEquals(
                "tcpprobe: plot --history host: no agent runs that listens for HTTP; the history is in the memory of one, so"
                        + " start it first\n",
                refusal("plot", "--history", "host", "--set", none, "--out", out));
        assertEquals(
                "tcpprobe: plot --connection 2: only a recording has numbered connections\n",
                refusal("plot", "--history", "host", "--connection", "2", "--out", out));
        assertTrue(Files.notExists(picture()));
    }

    @Test
    void shouldRefuseWrongTimes() throws Exception {
        for (String time : List.of("", "x", "0s", "-1s", "601s", "11m", "1d", "30")) {
            assertEquals(
                    "tcpprobe: plot --time " + time + ": give a time up to 10m, as 30s, 0.5s or 1m30s\n",
                    refusal(
                            "plot",
                            "--flow",
                            "1",
                            "--time",
                            time,
                            "--out",
                            picture().toString()));
        }
    }
}
