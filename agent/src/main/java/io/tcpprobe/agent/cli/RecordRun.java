package io.tcpprobe.agent.cli;

import io.tcpprobe.kernel.records.RecordPrinter;
import io.tcpprobe.kernel.records.RecordStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Prints a stream of records until it ends, its reader closes the pipe, or a signal ends the process. Reports the number of records at the
 * end.
 */
final class RecordRun implements AutoCloseable {
    private static final long LAST_RECORDS_MILLIS = 1000;

    private final RecordStream stream;
    private final RecordPrinter printer;
    private final long pauseMillis;
    private final Consumer<String> report;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean reported = new AtomicBoolean();

    RecordRun(RecordStream stream, RecordPrinter printer, long pauseMillis, Consumer<String> report) {
        this.stream = stream;
        this.printer = printer;
        this.pauseMillis = pauseMillis;
        this.report = report;
        boolean _ = ShutdownHooks.add("tcpprobe-records-end", this::end);
    }

    /**
     * Prints records.
     *
     * @throws IOException if the source fails, or the output cannot be written; a reader that closes the pipe is not a failure
     */
    void untilStopped() throws IOException, InterruptedException {
        boolean more = true;
        while (more) {
            more = !stop.await(pauseMillis, TimeUnit.MILLISECONDS);
            try {
                stream.drain();
                printer.flush();
            } catch (IOException | UncheckedIOException failed) {
                if (isClosedPipe(failed)) {
                    return;
                }
                throw failed;
            }
            more &= !stream.ended();
        }
    }

    private static boolean isClosedPipe(Exception failed) {
        return String.valueOf(failed.getMessage()).contains("Broken pipe");
    }

    /** Writes the last records when a signal ends the process, unless their reader does not read them. */
    private void end() {
        stop.countDown();
        try {
            if (!stopped.await(LAST_RECORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                reportCounts(); // the process ends without waiting for this
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void reportCounts() {
        if (!reported.getAndSet(true)) {
            report.accept(printer.printed() + " records from source " + stream.source() + ", " + stream.dropped()
                    + " dropped");
        }
    }

    @Override
    public void close() {
        stream.close();
        reportCounts();
        stopped.countDown();
    }
}
