package io.tcpprobe.kernel.records;

import java.io.IOException;

/** Samples as they are taken, one by one. Nothing waits for the reader: what it does not fetch in time is dropped and counted. */
public interface RecordStream extends AutoCloseable {
    /** Where the samples come from: the name of a source. */
    String source();

    /**
     * Hands over the samples that have come since the last call, in this thread. Call it every 5 to 20 ms.
     *
     * @throws IOException if there are no more, because the source is gone
     */
    void drain() throws IOException;

    /** How many samples were dropped so far because nobody fetched them in time, and how many lines made no sense. */
    long dropped();

    /** Whether no more will come. */
    boolean ended();

    @Override
    void close();
}
