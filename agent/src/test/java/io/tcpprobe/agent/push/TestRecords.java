package io.tcpprobe.agent.push;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictTable;

/** Records that tests make up. */
public final class TestRecords {
    private TestRecords() {}

    /** A record of a flow with this id, of a client. */
    public static FlowRecord record(long flowId) {
        return record(
                TestRow.flow(flowId)
                        .between("192.0.2.1", "198.51.100.7")
                        .with(FlowField.LOCAL_PORT, 50_000)
                        .with(FlowField.REMOTE_PORT, 443),
                1,
                false);
    }

    /** A record of a row, of a client, at time 0. */
    public static FlowRecord record(TestRow row, long number, boolean last) {
        return new FlowRecord(new RecordRow(
                TestRow.columns(row),
                0,
                VerdictTable.EMPTY,
                new RecordRow.Identity(new PushOrigin("here", "cafe"), "1:abc", "client", ""),
                new RecordRow.Part(number, last, 0, 0)));
    }
}
