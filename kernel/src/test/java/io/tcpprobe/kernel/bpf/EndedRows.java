package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the rows of one kind of event. */
final class EndedRows implements AutoCloseable {
    private final List<FlowColumns> rows = new ArrayList<>();
    private final FlowListener.Subscription subscription;

    EndedRows(BpfSource source, FlowListener.Change kind) throws IOException {
        subscription = source.listen((change, flow) -> {
                    if (change == kind) {
                        add(FlowColumns.copyOf(flow));
                    }
                })
                .orElseThrow();
    }

    private synchronized void add(FlowColumns flow) {
        rows.add(flow);
    }

    /** The rows whose remote port (client) or local port is this. */
    synchronized List<FlowRow> rows(int port, boolean client) {
        FlowField end = client ? FlowField.REMOTE_PORT : FlowField.LOCAL_PORT;
        return rows.stream()
                .filter(flow -> flow.number(end, 0) == port)
                .map(flow -> new FlowRow(flow, 0))
                .toList();
    }

    /** Waits for the only event of this endpoint, and returns its row. */
    FlowRow await(int port, boolean client) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (rows(port, client).isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("no event of port " + port);
            }
            Thread.sleep(20);
        }
        return rows(port, client).getFirst();
    }

    Optional<EndReason> reason(int port, boolean client) throws InterruptedException {
        FlowRow row = await(port, client);
        return row.has(FlowField.END_REASON) ? EndReason.of(row.get(FlowField.END_REASON)) : Optional.empty();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
