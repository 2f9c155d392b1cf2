package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ShutdownHooksTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final Thread hook = new Thread(runs::incrementAndGet);

    @Test
    void shouldLeaveAHookToTheJvm() {
        AtomicReference<Thread> added = new AtomicReference<>();
        assertTrue(ShutdownHooks.add(hook, added::set));
        assertSame(hook, added.get());
        assertEquals(0, runs.get());
    }

    @Test
    void shouldRunAHookDuringAShutdown() {
        assertFalse(ShutdownHooks.add(hook, _ -> {
            throw new IllegalStateException("Shutdown in progress");
        }));
        assertEquals(1, runs.get());
    }
}
