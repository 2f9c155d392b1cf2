package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"tcpprobe", "./tcpprobe", "../tcpprobe", "/opt/tcpprobe-0.1.0/bin/tcpprobe"})
    void shouldBeAsTyped(String typed) {
        assertEquals(typed, ProgramName.of(typed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a b", "a;b", "$(id)", "a\nb", "~/tcpprobe"})
    void shouldBeTheDefaultIfAShellWouldChangeIt(String typed) {
        assertEquals("tcpprobe", ProgramName.of(typed));
    }

    @Test
    void shouldBeTheDefaultIfNoLauncherSetsIt() {
        assertEquals("tcpprobe", ProgramName.of(null));
    }

    @Test
    void shouldPrecedeTheArguments() {
        assertEquals(ProgramName.get() + " user add NAME", ProgramName.command("user add NAME"));
    }
}
