package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A command line of the agent that is read without picocli means the same as with it. */
class RunCommandTest {
    private static String[] words(String line) {
        return line.split(" ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --config /etc/tcpprobe/tcpprobe.conf",
                "run --config=/etc/tcpprobe/tcpprobe.conf",
                "run --set=port=5001",
                "run --set port=5001 --set=probetime=10 --config a=b --set snmp.community=a=b",
                "run --set port= --set=x",
            })
    void shouldMeanWhatPicocliReads(String line) {
        RunCommand plain = RunCommand.plainly(words(line)).orElseThrow();
        CommandLine.ParseResult parsed = Commands.line().parseArgs(words(line));
        RunCommand read = (RunCommand) parsed.subcommand().commandSpec().userObject();
        assertEquals(read.configuration().assignments(), plain.configuration().assignments());
        assertEquals(read.configuration().file(), plain.configuration().file());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flows",
                "--version",
                "run --help",
                "run -V",
                "run help",
                "run --set",
                "run --set=",
                "run --config",
                "run --set --config=x",
                "run --config a --config b",
                "run --sett=port=5001",
                "run @file",
                "run --set @file",
                "run --config @@file",
                "run --config a\0b",
            })
    void shouldLeaveAnyOtherLineToPicocli(String line) {
        assertTrue(RunCommand.plainly(words(line)).isEmpty());
    }

    @Test
    void shouldLeaveAnEmptyLineToPicocli() {
        assertEquals(Optional.empty(), RunCommand.plainly(new String[0]));
    }
}
