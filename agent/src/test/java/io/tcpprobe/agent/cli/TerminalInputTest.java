package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.terminal.Key;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TerminalInputTest {
    private static final long LONG = Duration.ofMinutes(5).toNanos();

    private final PipedWriter typed = new PipedWriter();

    private TerminalInput input() throws IOException {
        return new TerminalInput(new PipedReader(typed));
    }

    private void type(String text) throws IOException {
        typed.write(text);
        typed.flush();
    }

    @Test
    void shouldReturnKeysInTheirOrder() throws Exception {
        TerminalInput input = input();
        type("a\033[Ab");
        assertEquals(new TerminalInput.Event.Pressed(new Key.Typed('a')), input.next(LONG));
        assertEquals(new TerminalInput.Event.Pressed(Key.Named.UP), input.next(LONG));
        assertEquals(new TerminalInput.Event.Pressed(new Key.Typed('b')), input.next(LONG));
    }

    @Test
    void shouldReturnEscapeIfNothingFollows() throws Exception {
        TerminalInput input = input();
        type("\033");
        assertEquals(new TerminalInput.Event.Pressed(Key.Named.ESCAPE), input.next(LONG));
    }

    @Test
    void shouldReturnWhenItIsDueOrWoken() throws Exception {
        TerminalInput input = input();
        assertEquals(new TerminalInput.Event.Due(), input.next(1));
        input.wake();
        assertEquals(new TerminalInput.Event.Due(), input.next(LONG));
    }

    @Test
    void shouldReportThatTheTerminalHasHungUp() throws Exception {
        TerminalInput input = input();
        typed.close();
        assertEquals(new TerminalInput.Event.HungUp(), input.next(LONG));
    }
}
