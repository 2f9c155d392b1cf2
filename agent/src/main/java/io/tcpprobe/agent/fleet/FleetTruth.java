package io.tcpprobe.agent.fleet;

import static io.tcpprobe.agent.fleet.FleetPlan.MINUTE_MILLIS;
import static io.tcpprobe.agent.fleet.SimulatedFlow.MSS;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.agent.push.CommunityId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows that the queries in {@code integrations/fleet} must compute from simulated records, in the files {@code services.json},
 * {@code paths.json} and {@code ends.json}: an object of JSON a line. They are computed from the simulated connections, of which everything is
 * known. Not thread-safe.
 */
public final class FleetTruth implements AutoCloseable {
    static final int MAX_PATHS = 10;
    private static final Comparator<ServiceKey> BY_PORT =
            Comparator.comparingInt(ServiceKey::port).thenComparing(ServiceKey::role);
    private static final Comparator<PathSums> WORST_FIRST = Comparator.comparingLong(PathSums::retransmitted)
            .thenComparingLong(PathSums::segments)
            .reversed()
            .thenComparing(sums -> sums.path().host())
            .thenComparing(sums -> sums.path().peer());

    private final BufferedWriter services;
    private final BufferedWriter paths;
    private final BufferedWriter ends;
    private final CommunityId ids = new CommunityId();
    private final Map<Long, SimulatedRecord> delivered = new HashMap<>();
    private final Map<Long, Optional<SimulatedRecord>> ended = new HashMap<>();
    private final Map<ServiceKey, ServiceSums> minute = new TreeMap<>(BY_PORT);
    private final Map<PathSums.Path, PathSums> pathsOfMinute = new HashMap<>();
    private long minuteMillis;

    private record ServiceKey(int port, String role) {}

    private FleetTruth(BufferedWriter services, BufferedWriter paths, BufferedWriter ends) {
        this.services = services;
        this.paths = paths;
        this.ends = ends;
    }

    /** Creates the files in a folder; existing ones are overwritten. */
    public static FleetTruth in(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new FleetTruth(
                Files.newBufferedWriter(folder.resolve("services.json")),
                Files.newBufferedWriter(folder.resolve("paths.json")),
                Files.newBufferedWriter(folder.resolve("ends.json")));
    }

    /** Notes a record; records come in the order of their times. */
    void sent(SimulatedRecord simulated, boolean lost) throws IOException {
        SimulatedFlow flow = simulated.flow();
        long endpoint = 2 * flow.number() + (simulated.ofClient() ? 0 : 1);
        if (!lost) {
            add(simulated, new Growth(simulated, delivered.get(endpoint)));
            delivered.put(endpoint, simulated);
        }
        if (simulated.last()) {
            delivered.remove(endpoint);
            if (!flow.failed()) {
                end(simulated, lost);
            }
        }
    }

    private void add(SimulatedRecord simulated, Growth growth) {
        minuteMillis = simulated.millis() / MINUTE_MILLIS * MINUTE_MILLIS;
        minute.computeIfAbsent(
                        new ServiceKey(
                                simulated.flow().server().service().port(),
                                (simulated.ofClient() ? FlowRole.CLIENT : FlowRole.SERVER).label()),
                        _ -> new ServiceSums())
                .add(simulated, growth);
        pathsOfMinute
                .computeIfAbsent(
                        new PathSums.Path(
                                simulated.host().origin().hostName(),
                                simulated.peer().addressText()),
                        PathSums::new)
                .add(simulated, growth);
    }

    /** Writes the rows of a minute. */
    void endMinute() throws IOException {
        String start = Instant.ofEpochMilli(minuteMillis).toString();
        for (Map.Entry<ServiceKey, ServiceSums> entry : minute.entrySet()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("windowStart", start);
            row.put("servicePort", (long) entry.getKey().port());
            row.put("role", entry.getKey().role());
            row.putAll(entry.getValue().row());
            write(services, row);
        }
        List<PathSums> worst = pathsOfMinute.values().stream()
                .filter(sums -> sums.retransmitted() > 0)
                .sorted(WORST_FIRST)
                .limit(MAX_PATHS)
                .toList();
        for (int place = 0; place < worst.size(); place++) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("windowStart", start);
            row.put("place", place + 1L);
            row.putAll(worst.get(place).row());
            write(paths, row);
        }
        minute.clear();
        pathsOfMinute.clear();
    }

    /** Writes the row of a connection when the last records of both endpoints were sent, unless one was lost. */
    private void end(SimulatedRecord simulated, boolean lost) throws IOException {
        Optional<SimulatedRecord> other = ended.remove(simulated.flow().number());
        if (other == null) {
            ended.put(simulated.flow().number(), lost ? Optional.empty() : Optional.of(simulated));
        } else if (!lost && other.isPresent()) {
            boolean inOrder = simulated.ofClient();
            write(ends, row(inOrder ? simulated : other.get(), inOrder ? other.get() : simulated));
        }
    }

    private Map<String, @Nullable Object> row(SimulatedRecord client, SimulatedRecord server) {
        SimulatedFlow flow = client.flow();
        SimulatedFlow.Direction toServer = flow.toServer();
        SimulatedFlow.Direction toClient = flow.toClient();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("communityId", SimulatedRecord.communityId(flow, ids));
        row.put("clientTime", Instant.ofEpochMilli(client.millis()).toString());
        row.put("clientHost", client.host().origin().hostName());
        row.put("serverHost", server.host().origin().hostName());
        row.put("servicePort", (long) server.host().service().port());
        row.put("durationMillis", client.durationMillis());
        row.put("clientBytesAcked", toServer.segments() * MSS);
        row.put("serverBytesReceived", toServer.segments() * MSS);
        row.put("serverBytesAcked", toClient.segments() * MSS);
        row.put("clientBytesReceived", toClient.segments() * MSS);
        row.put("clientRetrans", toServer.retransmitted());
        row.put("serverRetrans", toClient.retransmitted());
        row.put("lostToServer", toServer.lost());
        row.put("lostToClient", toClient.lost());
        row.put("clientSrtt", client.srtt());
        row.put("serverSrtt", server.srtt());
        row.put("clientVerdict", client.verdict().label());
        row.put("serverVerdict", server.verdict().label());
        row.put("clientEndReason", client.endReason().label());
        row.put("serverEndReason", server.endReason().label());
        row.put("lossAt", lossAt(toServer, toClient));
        return row;
    }

    private static String lossAt(SimulatedFlow.Direction toServer, SimulatedFlow.Direction toClient) {
        if (toServer.lost() > 0) {
            return toClient.lost() > 0 ? "both ways" : "to server";
        }
        if (toClient.lost() > 0) {
            return "to client";
        }
        return toServer.spurious() + toClient.spurious() > 0 ? "none: late or lost ACKs" : "none";
    }

    private static void write(BufferedWriter out, Map<String, @Nullable Object> row) throws IOException {
        JsonText.write(row, out);
        out.newLine();
    }

    @Override
    public void close() throws IOException {
        try (services;
                paths;
                ends) {
            return; // closes all of them, even if one cannot be closed
        }
    }
}
