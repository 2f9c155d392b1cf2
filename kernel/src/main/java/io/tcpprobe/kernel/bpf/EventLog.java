package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the openings and ends of flows, at the level of {@code debug=2}. */
final class EventLog implements EventRing.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    @Override
    public void accept(EventRing.Kind kind, MemorySegment memory, long row) {
        FlowColumns flow = FlowColumns.copyOf(FlowRows.one(memory, row));
        LOG.trace(
                "flow {} {}: {} to {}, process {} {}",
                flow.flowId(0),
                kind.name().toLowerCase(Locale.ROOT),
                end(flow, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_PORT),
                end(flow, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, FlowField.REMOTE_PORT),
                flow.has(FlowField.PID, 0) ? flow.number(FlowField.PID, 0) : "unknown",
                flow.text(FlowField.COMMAND, 0));
    }

    private static String end(FlowColumns flow, FlowField address, FlowField type, FlowField port) {
        return AddressText.of(flow.address(address, type, 0), flow.number(port, 0));
    }
}
