package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.GroupKind;
import java.util.List;
import java.util.Optional;

/**
 * All groups at one moment. Immutable.
 *
 * @param takenNanos when the flows were read that are live in it, in CLOCK_MONOTONIC, in nanoseconds
 * @param groups the groups, in the order of the numbers of their kinds, then of their own numbers
 */
public record GroupSnapshot(long takenNanos, List<Group> groups) {
    /** Returns the groups of a kind, in the order of their numbers. */
    public List<Group> of(GroupKind kind) {
        return groups.stream().filter(group -> group.kind() == kind).toList();
    }

    /** Returns the group of this name; empty if no flow has been put into it. */
    public Optional<Group> find(GroupKind kind, String name) {
        return groups.stream()
                .filter(group -> group.kind() == kind && group.name().equals(name))
                .findFirst();
    }
}
