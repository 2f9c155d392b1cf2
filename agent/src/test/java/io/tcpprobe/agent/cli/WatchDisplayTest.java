package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchDisplayTest {
    private static final String ONE = "\033[1;1H\033[Kone";
    private static final String TWO = "\033[1;1H\033[Ktwo";

    private final StringWriter out = new StringWriter();
    private final List<String> keys = new ArrayList<>();

    private WatchDisplay display() {
        return new WatchDisplay(new PrintWriter(out), mode());
    }

    private WatchDisplay.KeyMode mode() {
        return new WatchDisplay.KeyMode() {
            @Override
            public void raw() {
                keys.add("raw");
            }

            @Override
            public void restore() {
                keys.add("restored");
            }
        };
    }

    @Test
    void shouldRestoreTheTerminalOnce() {
        WatchDisplay display = display();
        display.show(List.of("one", "two"), true);
        display.close();
        display.close();
        assertEquals(
                WatchDisplay.ENTER + WatchDisplay.CLEAR + ONE + "\033[2;1H\033[Ktwo" + WatchDisplay.LEAVE,
                out.toString());
        assertEquals(List.of("raw", "restored"), keys);
    }

    @Test
    void shouldEraseTheScreenOnlyIfAsked() {
        WatchDisplay display = display();
        display.show(List.of("one"), false);
        display.show(List.of("two"), false);
        assertEquals(WatchDisplay.ENTER + ONE + TWO, out.toString());
    }

    @Test
    void shouldRestoreTheTerminalWhenTheJvmExits() throws InterruptedException {
        WatchDisplay display = display();
        Thread closer = display.closer(() -> {});
        closer.start();
        closer.join();
        display.show(List.of("too late"), true);
        assertEquals(WatchDisplay.ENTER + WatchDisplay.LEAVE, out.toString());
        assertEquals(List.of("raw", "restored"), keys);
    }

    @Test
    void shouldRestoreTheTerminalWhileItIsSuspended() {
        WatchDisplay display = display();
        display.show(List.of("one"), false);
        display.suspend();
        display.show(List.of("two"), false);
        assertEquals(WatchDisplay.ENTER + ONE + WatchDisplay.LEAVE, out.toString());
        assertEquals(List.of("raw", "restored"), keys);
        out.getBuffer().setLength(0);
        display.resume();
        assertEquals(WatchDisplay.ENTER + WatchDisplay.CLEAR + TWO, out.toString());
        assertEquals(List.of("raw", "restored", "raw"), keys);
        display.suspend();
        display.close();
        display.resume();
        assertTrue(out.toString().endsWith(TWO + WatchDisplay.LEAVE), out::toString);
        assertEquals(List.of("raw", "restored", "raw", "restored"), keys);
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
                mode());
        Thread closer = display.closer(() -> {});
        closer.setDaemon(false);
        closer.start();
        try {
            writing.await();
            assertTrue(closer.join(Duration.ofSeconds(30)), "the hook waits for the terminal");
            assertTrue(keys.contains("restored"), "keys are restored without output");
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
