package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source of flows. All sources have the same row layout, so their users do not depend on which one runs. A source is used by
 * one thread at a time.
 */
public interface FlowSource extends AutoCloseable {
    /** Returns its name, as in the setting probe.source. */
    String name();

    /** Returns this source as a user of settings: {@code Settings.usedBy} lists those that affect it. */
    SettingUser settingUser();

    /**
     * Brings the rows up to date.
     *
     * @throws IOException if the kernel cannot be read; the rows then still hold all flows, but some may be newer than others
     */
    void refresh() throws IOException;

    /** Returns the rows, valid until the next {@link #refresh()} or {@link #close()}. */
    FlowRows rows();

    /** Returns the statistics so far; the map has no entry for a statistic that the source does not have. */
    Map<FlowStatistic, Long> statistics();

    /**
     * Returns the number of sockets by state at the last refresh, including LISTEN and TIME_WAIT; empty if the source does not
     * see them.
     */
    Map<TcpState, Integer> socketsByState();

    /** Returns what the source counts for single listeners, as of the last refresh; most sources count nothing. */
    default ListenerTable listeners() {
        return ListenerTable.NONE;
    }

    /** Returns the parts of the source that this host refuses, each with its substitute; normally none. */
    default List<SourceRefusal> refusals() {
        return List.of();
    }

    /**
     * Returns which process has which TCP socket open now, as far as this process may read it. May be called by any thread.
     *
     * @throws IOException if the processes cannot be listed
     */
    default SocketOwners owners() throws IOException {
        return SocketOwners.read(Path.of("/proc"));
    }

    /**
     * Registers a listener for changes of flows from now on.
     *
     * @return the subscription; empty if the source does not detect changes
     * @throws IOException if the kernel refuses
     */
    default Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        return Optional.empty();
    }

    /**
     * Begins to watch single flows; none is watched yet. At most one object may be open at a time.
     *
     * @return empty if the source cannot report single samples
     * @throws IOException if the kernel refuses
     */
    default Optional<WatchedFlows> watchFlows() throws IOException {
        return Optional.empty();
    }

    @Override
    void close();

    /**
     * Returns the time in the clock of the rows. That is CLOCK_MONOTONIC; of a recording, it is the recorded time, which
     * stands while the recording is paused. May be called by any thread.
     *
     * @param monotonicNanos CLOCK_MONOTONIC now
     */
    default long rowNanos(long monotonicNanos) {
        return monotonicNanos;
    }

    /**
     * Returns the time of the rows that a refresh has written, in the clock of the rows: no row is newer, unless it has changed since.
     *
     * @param beganNanos CLOCK_MONOTONIC when the refresh began
     * @param endedNanos CLOCK_MONOTONIC when the rows had been copied
     */
    default long refreshedNanos(long beganNanos, long endedNanos) {
        return rowNanos(beganNanos);
    }

    /** Returns the control of the recording that the source plays; empty if it plays none. */
    default Optional<Playback> playback() {
        return Optional.empty();
    }

    /**
     * Returns true if it observes connections being opened. It may then find one again, as another flow, after it has given it up; and the
     * fields of the opening are absent.
     */
    default boolean observesOpenings() {
        return false;
    }

    /** Returns true if its rows are current sockets of this host, whose owners can be found here; false for a recording. */
    default boolean live() {
        return true;
    }
}
