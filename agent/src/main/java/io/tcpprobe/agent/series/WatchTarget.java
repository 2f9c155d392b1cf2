package io.tcpprobe.agent.series;

import io.tcpprobe.agent.flows.EndpointFilter;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What a watch is about.
 *
 * @param text as it was given
 * @param flowId the flow; 0 if it is about all flows that meet the condition, those of the future included
 * @param condition the flows that it is about
 */
record WatchTarget(String text, long flowId, Predicate<FlowValues> condition) {
    private static final long MAX_FLOW_ID = 0xffff_ffffL;
    private static final int MAX_LENGTH = 200;
    /**
     * Reads a flow id, an endpoint or a group: "12", "10.0.0.1:443", ":443", "process:nginx".
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static WatchTarget parse(String given, FlowGroups groups) {
        String text = given.strip();
        if (text.length() > MAX_LENGTH) {
            throw wrong(text.substring(0, MAX_LENGTH) + "...");
        }
        if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
            return new WatchTarget(text, flowId(text), _ -> false);
        }
        int colon = text.indexOf(':');
        Optional<GroupKind> kind = colon < 0 ? Optional.empty() : GroupKind.find(text.substring(0, colon));
        if (kind.isPresent()) {
            return new WatchTarget(text, 0, groups.members(kind.get(), text.substring(colon + 1)));
        }
        try {
            return new WatchTarget(text, 0, EndpointFilter.parse(text)::matches);
        } catch (IllegalArgumentException _) {
            throw wrong(text);
        }
    }

    private static long flowId(String text) {
        try {
            long id = Long.parseLong(text);
            if (id > 0 && id <= MAX_FLOW_ID) {
                return id;
            }
        } catch (NumberFormatException _) {
            // has too many digits
        }
        throw wrong(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("watch '" + text
                + "': neither a flow id, nor an endpoint (ADDRESS:PORT, ADDRESS or :PORT, with brackets around an IPv6 address that"
                + " has a port), nor a group (" + FlowGroups.FORMS + ")");
    }

    /** Returns true if flows that do not exist yet may be part of it. */
    boolean open() {
        return flowId == 0;
    }

    /** Returns true if a flow is part of it. */
    boolean matches(long id, FlowValues flow) {
        return id == flowId || condition.test(flow);
    }

    /**
     * Returns the flows of a snapshot that are part of it, those with the most bytes first.
     *
     * @param known flows to leave out
     * @param most maximum number of flows
     */
    List<Integer> select(FlowSnapshot snapshot, Set<Long> known, int most) {
        FlowColumns flows = snapshot.flows();
        if (!open()) {
            int index = flows.indexOf(flowId);
            return index < 0 || known.contains(flowId) ? List.of() : List.of(index);
        }
        return IntStream.range(0, flows.size())
                .filter(index -> !known.contains(flows.flowId(index)) && condition.test(flows.at(index)))
                .boxed()
                .sorted(Comparator.comparingLong((Integer index) -> bytes(flows, index))
                        .reversed())
                .limit(most)
                .toList();
    }

    private static long bytes(FlowColumns flows, int index) {
        return number(flows, FlowField.BYTES_SENT, index) + number(flows, FlowField.BYTES_RECEIVED, index);
    }

    private static long number(FlowColumns flows, FlowField field, int index) {
        return flows.has(field, index) ? flows.number(field, index) : 0;
    }
}
