package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ControllingTerminalTest {
    @Test
    void shouldSeeThatThereIsNone() {
        assertFalse(ControllingTerminal.isIn("4711 (java) S 1 4711 4711 0 -1 4194560 21311 0 0 0 53 7 0 0 20 0"));
        assertFalse(ControllingTerminal.isIn("4711 (a) S 1 2 3) S 1 4711 4711 0 -1 4194560 21311 0 0 0 53 7"));
    }

    @Test
    void shouldSeeATerminal() {
        assertTrue(ControllingTerminal.isIn("4711 (java) S 4700 4711 4700 34816 4711 4194560 21311 0 0 0 53 7"));
        assertTrue(ControllingTerminal.isIn("4711 (0 0 0 0) S 4700 4711 4700 34816 4711 4194560 21311 0 0"));
    }

    @Test
    void shouldTreatUnknownOutputAsATerminal() {
        assertTrue(ControllingTerminal.isIn(""));
        assertTrue(ControllingTerminal.isIn("4711 (java) S 1"));
    }
}
