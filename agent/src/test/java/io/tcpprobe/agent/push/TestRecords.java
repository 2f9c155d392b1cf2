package io.tcpprobe.agent.push;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
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
                new RecordRow.Identity(new PushOrigin("here", "cafe"), "1:abc", FlowRole.CLIENT, "", ""),
                new RecordRow.Part(number, last, 0, 0)));
    }

    /** Makes records of the same rows again and again, for measurements. */
    public static Maker maker(TestRow... rows) {
        FlowColumns flows = TestRow.columns(rows);
        CommunityId ids = new CommunityId();
        return () -> {
            for (int i = 0; i < flows.size(); i++) {
                FlowValues row = flows.at(i);
                byte[] digest = ids.digest(
                        new CommunityId.End(row.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE), (int)
                                row.number(FlowField.LOCAL_PORT)),
                        new CommunityId.End(row.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE), (int)
                                row.number(FlowField.REMOTE_PORT)));
                FlowRecord made = new FlowRecord(new RecordRow(
                        flows,
                        i,
                        VerdictTable.EMPTY,
                        new RecordRow.Identity(
                                new PushOrigin("here", "cafe"),
                                CommunityId.text(digest),
                                FlowRole.CLIENT,
                                "0123456789ab",
                                ""),
                        new RecordRow.Part(1, true, 0, 0)));
                if (!made.has(RecordField.COMMUNITY_ID)) {
                    throw new IllegalStateException("a record without its id");
                }
            }
        };
    }

    /** Makes one record of each row. */
    @FunctionalInterface
    public interface Maker {
        void make();
    }
}
