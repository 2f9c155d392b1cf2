package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.List;

/**
 * A stream of all samples as they are taken. The source does not wait for the reader: samples that are not read in time are
 * dropped and counted.
 */
public interface RecordStream extends AutoCloseable {
    /** Returns the name of the source of the samples. */
    String source();

    /** Returns the parts of the source that do not run. */
    default List<SourceRefusal> refusals() {
        return List.of();
    }

    /**
     * Delivers the samples since the last call, in this thread. Call it every 5 to 20 ms.
     *
     * @throws IOException if the source is no longer available
     */
    void drain() throws IOException;

    /**
     * Returns the number of samples that were dropped so far because they were not read in time, plus the number of malformed
     * lines.
     */
    long dropped();

    /**
     * Returns which process has which TCP socket open now; none if the samples are not of sockets of this host.
     *
     * @throws IOException if the processes cannot be listed
     */
    default SocketOwners owners() throws IOException {
        return SocketOwners.NONE;
    }

    /** Returns true if there will be no more samples. */
    boolean ended();

    @Override
    void close();
}
