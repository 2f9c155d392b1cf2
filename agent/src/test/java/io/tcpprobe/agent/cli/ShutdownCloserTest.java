package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.agent.series.SampleSeries;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShutdownCloserTest {
    private final ShutdownCloser closer = new ShutdownCloser();
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void shouldCloseWhatIsOpen() throws Exception {
        closer.open(this::series);
        closer.closeOpened();
        assertEquals(1, closed.get());
    }

    @Test
    void shouldCloseWhatIsBeingOpened() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        Thread shutdown = new Thread(() -> {
            try {
                opening.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            closing.countDown();
            closer.closeOpened();
        });
        shutdown.start();
        closer.open(() -> {
            opening.countDown();
            try {
                closing.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            return series();
        });
        shutdown.join();
        assertEquals(1, closed.get());
    }

    @Test
    void shouldOpenNothingAfterAShutdown() {
        closer.closeOpened();
        assertThrows(
                InterruptedException.class,
                () -> closer.open(() -> {
                    throw new AssertionError("opened");
                }));
    }

    private WatchedSeries series() {
        return new WatchedSeries() {
            @Override
            public SampleSeries read(long from) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }
}
