package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where flows come from. All sources give the same rows, so that everything above is blind to which one runs. A source is
 * used by one thread at a time.
 */
public interface FlowSource extends AutoCloseable {
    /** Its name, as in the setting probe.source. */
    String name();

    /** This source as a user of settings: {@code Settings.usedBy} lists those that have an effect on it. */
    SettingUser settingUser();

    /**
     * Brings the rows up to date.
     *
     * @throws IOException if the kernel cannot be read; no flow is missing from the rows then, but some may be newer than others
     */
    void refresh() throws IOException;

    /** The rows, valid until the next {@link #refresh()} or {@link #close()}. */
    FlowRows rows();

    /** What it has counted so far; a statistic that it does not have is not in the map. */
    Map<FlowStatistic, Long> statistics();

    /** How many sockets there were in every state at the last refresh, listening and waiting ones too; empty if unseen. */
    Map<TcpState, Integer> socketsByState();

    /** Parts of the source that this host refuses, each with what stands in for it; none as a rule. */
    default List<SourceRefusal> refusals() {
        return List.of();
    }

    /**
     * Which process has which TCP socket open now, as far as this process may know. By any thread.
     *
     * @throws IOException if the processes cannot be listed
     */
    default SocketOwners owners() throws IOException {
        return SocketOwners.read(Path.of("/proc"));
    }

    /**
     * Tells of what happens to flows from now on.
     *
     * @return empty if the source does not know
     * @throws IOException if the kernel refuses
     */
    default Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        return Optional.empty();
    }

    @Override
    void close();

    /** Whether its rows are sockets of this host now, so that their owners can be looked up here; false for a recording. */
    default boolean live() {
        return true;
    }
}
