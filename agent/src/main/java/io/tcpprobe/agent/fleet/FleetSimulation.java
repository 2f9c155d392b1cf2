package io.tcpprobe.agent.fleet;

import static io.tcpprobe.agent.fleet.FleetPlan.MINUTE_MILLIS;
import static io.tcpprobe.agent.fleet.FleetPlan.PER_MILLE;

import io.tcpprobe.agent.push.CommunityId;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.kernel.flow.EndReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes the flow records that the agents of many hosts would send: connections between these hosts, most of them short, on some paths with
 * more loss, some of which cannot be established, and one old connection for each host, which is older than the records. Records are in
 * the order of their times. Not thread-safe.
 */
public final class FleetSimulation {
    private static final long OLD_MILLIS = 20 * MINUTE_MILLIS;
    private static final int LONG_PERCENT = 15;
    private static final int FAILED_PERCENT = 2;
    private static final int PERCENT = 100;
    private static final int MAX_SHORT_MILLIS = 5_000;
    private static final int MAX_LONG_MILLIS = 240_000;
    private static final int MAX_SEGMENTS = 2_000;
    private static final List<EndReason> FAILURES = List.of(
            EndReason.CONNECTION_REFUSED,
            EndReason.CONNECT_TIMED_OUT,
            EndReason.CONNECT_CANCELLED,
            EndReason.CONNECT_FAILED,
            EndReason.UNREACHABLE);
    private static final Comparator<SimulatedRecord> BY_TIME = Comparator.comparingLong(SimulatedRecord::millis)
            .thenComparingLong(simulated -> simulated.flow().number())
            .thenComparing(SimulatedRecord::ofClient);

    private final FleetPlan plan;
    private final SplittableRandom random;
    private final CommunityId ids = new CommunityId();
    private final TreeMap<Long, List<SimulatedRecord>> waiting = new TreeMap<>();
    private final long[] openedByHost;
    private long flows;

    /** Takes records. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes the next record.
         *
         * @throws IOException if it cannot be written; ends the simulation
         */
        void take(FlowRecord flow) throws IOException, InterruptedException;
    }

    /** Prepares a simulation. */
    public FleetSimulation(FleetPlan plan) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.openedByHost = new long[plan.hosts()];
    }

    /**
     * Makes all records.
     *
     * @param sink takes the records that are not lost
     * @param truth takes what results from them
     */
    public void run(Sink sink, FleetTruth truth) throws IOException, InterruptedException {
        for (int host = 0; host < plan.hosts(); host++) {
            open(host, plan.startMillis() - OLD_MILLIS, OLD_MILLIS + random.nextLong(plan.minutes() * MINUTE_MILLIS));
        }
        for (int minute = 0; minute < plan.minutes(); minute++) {
            for (int host = 0; host < plan.hosts(); host++) {
                for (int i = 0; i < plan.opened(); i++) {
                    long start = plan.startMillis() + minute * MINUTE_MILLIS + random.nextLong(MINUTE_MILLIS);
                    open(host, start, lifeMillis());
                }
            }
            deliverUntil(plan.startMillis() + (minute + 1) * MINUTE_MILLIS, sink, truth);
        }
        deliverUntil(Long.MAX_VALUE, sink, truth);
    }

    private long lifeMillis() {
        return random.nextInt(PERCENT) < LONG_PERCENT
                ? random.nextInt(MAX_LONG_MILLIS)
                : random.nextInt(MAX_SHORT_MILLIS);
    }

    private void open(int clientNumber, long startMillis, long lifeMillis) {
        int serverNumber = (clientNumber + 1 + random.nextInt(plan.hosts() - 1)) % plan.hosts();
        SimulatedHost client = SimulatedHost.of(clientNumber);
        SimulatedHost server = SimulatedHost.of(serverNumber);
        boolean lossy = client.lossy() || server.lossy();
        boolean failed = startMillis >= plan.startMillis() && random.nextInt(PERCENT) < FAILED_PERCENT;
        SimulatedFlow.Direction nothing = new SimulatedFlow.Direction(0, 0, 0);
        long rtt = 200L + random.nextInt(lossy ? 200_000 : 20_000);
        SimulatedFlow flow = new SimulatedFlow(
                client,
                server,
                client.port(openedByHost[clientNumber]++),
                flows++,
                startMillis,
                startMillis + lifeMillis,
                failed ? nothing : direction(lossy),
                failed ? nothing : direction(lossy),
                rtt,
                failed ? Optional.of(FAILURES.get(random.nextInt(FAILURES.size()))) : Optional.empty());
        add(flow, true);
        if (!failed) {
            add(flow, false);
        }
    }

    private SimulatedFlow.Direction direction(boolean lossy) {
        long segments = 1L + random.nextInt(MAX_SEGMENTS);
        long lost = lossy ? random.nextLong(segments / 8 + 1) : random.nextLong(segments / 500 + 1);
        long spurious = random.nextInt(20) == 0 ? 1 + lost / 4 : 0;
        return new SimulatedFlow.Direction(segments, lost, spurious);
    }

    /** Adds the records of an endpoint: at its agent's passes while the flow is alive and older than a minute, and at the end. */
    private void add(SimulatedFlow flow, boolean ofClient) {
        long pass = (ofClient ? flow.client() : flow.server()).passMillis();
        long start = flow.startMillis(ofClient);
        long end = flow.endMillis(ofClient);
        long first = start + MINUTE_MILLIS;
        long number = 1;
        long millis = first + Math.floorMod(plan.startMillis() + pass - first, MINUTE_MILLIS);
        for (; millis < end && !flow.failed(); millis += MINUTE_MILLIS) {
            add(new SimulatedRecord(flow, ofClient, number++, false, millis));
        }
        add(new SimulatedRecord(flow, ofClient, number, true, end));
    }

    private void add(SimulatedRecord simulated) {
        if (simulated.millis() >= plan.startMillis()) {
            waiting.computeIfAbsent(simulated.millis() / MINUTE_MILLIS, _ -> new ArrayList<>())
                    .add(simulated);
        }
    }

    /** Delivers the records before a time: those of connections that are opened later come later. */
    private void deliverUntil(long millis, Sink sink, FleetTruth truth) throws IOException, InterruptedException {
        while (!waiting.isEmpty() && waiting.firstKey() < millis / MINUTE_MILLIS) {
            List<SimulatedRecord> minute = waiting.pollFirstEntry().getValue();
            minute.sort(BY_TIME);
            for (SimulatedRecord simulated : minute) {
                deliver(simulated, sink, truth);
            }
            truth.endMinute();
        }
    }

    private void deliver(SimulatedRecord simulated, Sink sink, FleetTruth truth)
            throws IOException, InterruptedException {
        int fate = random.nextInt(PER_MILLE);
        boolean lost = fate < plan.lostPerMille();
        truth.sent(simulated, lost);
        if (!lost) {
            FlowRecord flow = simulated.record(ids);
            sink.take(flow);
            if (fate >= PER_MILLE - plan.repeatedPerMille()) {
                sink.take(flow);
            }
        }
    }
}
