package io.tcpprobe.agent.fleet;

import static io.tcpprobe.agent.fleet.SimulatedFlow.MSS;

import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.agent.push.CommunityId;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A record of a simulated flow.
 *
 * @param flow the flow
 * @param ofClient true if the client sends it
 * @param number its number, from 1
 * @param last true if it is the flow's last one
 * @param millis its time
 */
record SimulatedRecord(SimulatedFlow flow, boolean ofClient, long number, boolean last, long millis) {
    /** The counters that results are computed from. */
    enum Counter {
        BYTES_SENT,
        BYTES_RECEIVED,
        SEGMENTS_OUT,
        RETRANSMITTED
    }

    private static final long PURE_ACK_SHARE = 2; // an ACK for every second segment
    private static final List<Verdict> VERDICTS = List.of(
            Verdict.APP,
            Verdict.APP,
            Verdict.IDLE,
            Verdict.RWND,
            Verdict.SNDBUF,
            Verdict.PACING,
            Verdict.RECOVERY,
            Verdict.LOCAL,
            Verdict.UNKNOWN);
    private static final List<Verdict> RECEIVER_VERDICTS =
            List.of(Verdict.PEER, Verdict.PEER, Verdict.SLOW_READER, Verdict.RCVBUF);

    private long at(long total) {
        return flow.at(total, ofClient, millis);
    }

    private SimulatedFlow.Direction out() {
        return flow.sentBy(ofClient);
    }

    private SimulatedFlow.Direction in() {
        return flow.sentBy(!ofClient);
    }

    SimulatedHost host() {
        return ofClient ? flow.client() : flow.server();
    }

    SimulatedHost peer() {
        return ofClient ? flow.server() : flow.client();
    }

    /** Returns the value of a counter at the time of the record. */
    long value(Counter counter) {
        return switch (counter) {
            case BYTES_SENT -> at(out().sent()) * MSS;
            case BYTES_RECEIVED -> at(in().segments()) * MSS;
            case SEGMENTS_OUT -> flow.failed() ? 1 : at(out().sent() + in().arrived() / PURE_ACK_SHARE + 2);
            case RETRANSMITTED -> at(out().retransmitted());
        };
    }

    long srtt() {
        return flow.rttMicros() + (flow.number() + number * 31) % 97;
    }

    boolean hasVerdicts() {
        return !flow.failed();
    }

    Verdict verdict() {
        return out().lost() * 20 > out().segments()
                ? Verdict.NET
                : VERDICTS.get((int) ((flow.number() + (ofClient ? 0 : 3)) % VERDICTS.size()));
    }

    /** Returns the receiver's verdict, which only records of live flows have. */
    Verdict receiverVerdict() {
        return RECEIVER_VERDICTS.get((int) ((flow.number() + number) % RECEIVER_VERDICTS.size()));
    }

    EndReason endReason() {
        return flow.failure().orElse(ofClient ? EndReason.FIN_SENT : EndReason.FIN_RECEIVED);
    }

    long durationMillis() {
        return millis - flow.startMillis(ofClient);
    }

    static String communityId(SimulatedFlow flow, CommunityId ids) {
        return CommunityId.text(ids.digest(
                new CommunityId.End(flow.client().address(), flow.clientPort()),
                new CommunityId.End(
                        flow.server().address(), flow.server().service().port())));
    }

    /** Returns the record as an agent would make it. */
    FlowRecord record(CommunityId ids) {
        Map<RecordField, Object> values = new EnumMap<>(RecordField.class);
        identity(values, ids);
        if (!flow.failed()) {
            counters(values);
        } else {
            values.put(RecordField.SEGS_OUT, value(Counter.SEGMENTS_OUT));
        }
        values.put(RecordField.STATE, (last ? TcpState.CLOSED : TcpState.ESTABLISHED).label());
        if (last) {
            values.put(RecordField.END_REASON, endReason().label());
            flow.failure().ifPresent(reason -> values.put(RecordField.FAILURE, reason.label()));
        }
        return FlowRecord.of(values);
    }

    private void identity(Map<RecordField, Object> values, CommunityId ids) {
        PushOrigin origin = host().origin();
        long servicePort = flow.server().service().port();
        values.put(RecordField.TIME, millis);
        values.put(RecordField.HOST_NAME, origin.hostName());
        if (!origin.hostId().isEmpty()) {
            values.put(RecordField.HOST_ID, origin.hostId());
        }
        values.put(RecordField.COMMUNITY_ID, communityId(flow, ids));
        values.put(RecordField.FLOW_ID, flow.number() * 2 + (ofClient ? 0 : 1));
        values.put(RecordField.RECORD_NUMBER, number);
        values.put(RecordField.FINAL_RECORD, last ? 1L : 0L);
        values.put(RecordField.ROLE, (ofClient ? FlowRole.CLIENT : FlowRole.SERVER).label());
        values.put(RecordField.NETWORK_TYPE, "ipv4");
        values.put(RecordField.LOCAL_ADDRESS, host().addressText());
        values.put(RecordField.LOCAL_PORT, ofClient ? (long) flow.clientPort() : servicePort);
        values.put(RecordField.PEER_ADDRESS, peer().addressText());
        values.put(RecordField.PEER_PORT, ofClient ? servicePort : (long) flow.clientPort());
        values.put(RecordField.SERVICE_PORT, servicePort);
        values.put(RecordField.PID, 1000 + flow.number() % 100);
        values.put(RecordField.PROCESS, ofClient ? "curl" : host().service().process());
        values.put(RecordField.NETWORK_NAMESPACE, 4026531840L);
        values.put(RecordField.START_TIME, flow.startMillis(ofClient));
        values.put(RecordField.DURATION, durationMillis());
    }

    private void counters(Map<RecordField, Object> values) {
        values.put(RecordField.BYTES_SENT, value(Counter.BYTES_SENT));
        values.put(RecordField.BYTES_ACKED, at(out().segments()) * MSS);
        values.put(RecordField.BYTES_RECEIVED, value(Counter.BYTES_RECEIVED));
        values.put(RecordField.BYTES_RETRANS, value(Counter.RETRANSMITTED) * MSS);
        values.put(RecordField.SEGS_OUT, value(Counter.SEGMENTS_OUT));
        values.put(RecordField.SEGS_IN, at(in().arrived() + out().sent() / PURE_ACK_SHARE + 2));
        values.put(RecordField.DATA_SEGS_OUT, at(out().sent()));
        values.put(RecordField.DATA_SEGS_IN, at(in().arrived()));
        values.put(RecordField.RETRANS, value(Counter.RETRANSMITTED));
        values.put(RecordField.SRTT, srtt());
        values.put(RecordField.MIN_RTT, flow.rttMicros());
        values.put(RecordField.MSS, MSS);
        values.put(RecordField.CONGESTION_CONTROL, "cubic");
        values.put(RecordField.VERDICT, verdict().label());
        if (!last) {
            values.put(RecordField.RECEIVER_VERDICT, receiverVerdict().label());
        }
    }
}
