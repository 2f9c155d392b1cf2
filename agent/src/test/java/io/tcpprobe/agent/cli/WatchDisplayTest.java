package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchDisplayTest {
    private final StringWriter out = new StringWriter();

    private WatchDisplay display(boolean terminal) {
        return new WatchDisplay(new PrintWriter(out), terminal);
    }

    @Test
    void shouldRestoreTheTerminalOnce() {
        WatchDisplay display = display(true);
        display.show(List.of("one", "two"));
        display.close();
        display.close();
        assertEquals(WatchDisplay.ENTER + WatchDisplay.CLEAR + "one\ntwo\n" + WatchDisplay.LEAVE, out.toString());
    }

    @Test
    void shouldRestoreTheTerminalWhenTheJvmExits() throws InterruptedException {
        WatchDisplay display = display(true);
        Thread closer = display.closer();
        closer.start();
        closer.join();
        display.show(List.of("too late"));
        assertEquals(WatchDisplay.ENTER + WatchDisplay.LEAVE, out.toString());
    }

    @Test
    void shouldRestoreTheTerminalWhileItIsSuspended() {
        WatchDisplay display = display(true);
        display.show(List.of("one"));
        display.suspend();
        display.show(List.of("two"));
        assertEquals(WatchDisplay.ENTER + WatchDisplay.CLEAR + "one\n" + WatchDisplay.LEAVE, out.toString());
        out.getBuffer().setLength(0);
        display.resume();
        assertEquals(WatchDisplay.ENTER + WatchDisplay.CLEAR + "two\n", out.toString());
        display.suspend();
        display.close();
        display.resume();
        assertTrue(out.toString().endsWith("two\n" + WatchDisplay.LEAVE), out::toString);
    }

    @Test
    void shouldSwitchNothingWhereThereIsNoTerminal() {
        try (WatchDisplay display = display(false)) {
            display.show(List.of("one"));
        }
        assertEquals(WatchDisplay.CLEAR + "one\n", out.toString());
    }

    @Test
    void shouldExitWhenTheTerminalBlocks() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        WatchDisplay display = new WatchDisplay(
                new PrintWriter(new StringWriter()) {
                    @Override
                    public void flush() {
                        if (Thread.currentThread().isDaemon()) {
                            writing.countDown();
                            awaitQuietly(goesOn);
                        }
                    }
                },
                true);
        Thread closer = display.closer();
        closer.setDaemon(false);
        closer.start();
        try {
            writing.await();
            assertTrue(closer.join(Duration.ofSeconds(30)), "the hook waits for the terminal");
        } finally {
            goesOn.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
