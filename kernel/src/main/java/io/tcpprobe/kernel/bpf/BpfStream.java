package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.kernel.records.RecordStream;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/** All samples of BPF programs, read from their ring buffer. It loads its own programs, so a running agent is not disturbed. */
public final class BpfStream implements RecordStream {
    private final BpfSource source;
    private final EventRing ring;
    private final RowListener listener;
    private long dropped;

    private BpfStream(BpfSource source, EventRing ring, RowListener listener) {
        this.source = source;
        this.ring = ring;
        this.listener = listener;
    }

    /**
     * Loads and attaches the programs.
     *
     * @throws IOException if this host cannot run them; the message states the cause and the remedy
     */
    public static BpfStream open(SettingStore settings, LongSupplier monotonicNanos, RowListener listener)
            throws IOException {
        BpfSource source = BpfSource.open(settings, monotonicNanos);
        try {
            return new BpfStream(source, source.samples(), listener);
        } catch (IOException failed) {
            source.close();
            throw failed;
        }
    }

    @Override
    public String source() {
        return source.name();
    }

    @Override
    public List<SourceRefusal> refusals() {
        return source.refusals();
    }

    @Override
    public void drain() {
        ring.drain((_, memory, row) -> listener.sampled(memory, row));
    }

    /** Returns the number of dropped samples; after closing, the number at that time. */
    @Override
    public synchronized long dropped() {
        if (source.open()) {
            dropped = source.statistics().getOrDefault(FlowStatistic.RING_FULL, 0L);
        }
        return dropped;
    }

    @Override
    public SocketOwners owners() throws IOException {
        return source.owners();
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public synchronized void close() {
        dropped();
        ring.close();
        source.close();
    }
}
