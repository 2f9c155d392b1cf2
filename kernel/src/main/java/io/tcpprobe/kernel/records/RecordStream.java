package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.proc.SocketOwners;
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

    /**
     * Which process has which TCP socket open now; none is known if the samples are not of this host's sockets.
     *
     * @throws IOException if the processes cannot be listed
     */
    default SocketOwners owners() throws IOException {
        return SocketOwners.NONE;
    }

    /** Whether no more will come. */
    boolean ended();

    @Override
    void close();
}
