package io.tcpprobe.kernel.diag;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.IdleFlows;
import io.tcpprobe.kernel.flow.RowTable;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.flow.TableStatistics;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.proc.Capabilities;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The source diag: every refresh dumps the sockets of this network namespace by netlink inet_diag, and of the others that the process may
 * enter, and joins them by their cookies with the rows of the previous refresh. It needs no privilege for its own namespace, and
 * CAP_SYS_ADMIN for others; without CAP_SYS_PTRACE it finds only those with a name and those of its own user's processes.
 */
public final class DiagSource implements FlowSource {
    /** The attributes that it requests: bit n - 1 is INET_DIAG_n. */
    public static final int EXTENSIONS = FlowMessage.EXTENSIONS;

    private static final long SAMPLED = FlowLayout.offset(FlowField.SAMPLED);
    private static final long STATE = FlowLayout.offset(FlowField.STATE);
    private static final long COOKIE = FlowLayout.offset(FlowField.COOKIE);
    private static final long NETWORK_NAMESPACE = FlowLayout.offset(FlowField.NETWORK_NAMESPACE);

    private static final String OTHERS = "other network namespaces";

    /** 2^64 / golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final int ESTABLISHED = TcpState.ESTABLISHED.mib();

    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final FlowIds ids;
    private final RowTable table = new RowTable();
    private final CookieIndex index = new CookieIndex();
    private final TableStatistics statistics = new TableStatistics(table, index);
    private final FlowMessage message = new FlowMessage();

    /** The number of this process's network namespace. */
    private final int own;

    private final OtherNamespaces others;
    private final boolean mayEnterOthers;

    /** The number of the network namespace that is being read. */
    private int networkNamespace;

    private final int[] sockets = new int[16];
    private int[] socketsShown = new int[16];

    /** The number of the refresh that saw a row last, by row. */
    private int[] seenIn = new int[256];

    private final List<FlowListener> listeners = new ArrayList<>();
    private @Nullable SockDiag socket;
    private int refresh;

    /** The memory of the rows during a refresh. */
    private MemorySegment memory = table.memory();

    private long now;
    private long probeNanos;
    private int port;
    private int maxflows;
    private long purgeMillis;

    /** Number of flows, not idle, that found no room in this refresh or the last one. */
    private int refused;

    private boolean idleMayEnter;

    private DiagSource(SettingStore settings, LongSupplier monotonicNanos, FlowIds ids) throws IOException {
        this.settings = settings;
        this.ids = ids;
        this.monotonicNanos = monotonicNanos;
        this.own = NetworkNamespaces.own();
        this.networkNamespace = own;
        this.others = new OtherNamespaces(NetworkNamespaces::others, monotonicNanos);
        this.mayEnterOthers = Capabilities.has(Capabilities.SYS_ADMIN);
    }

    /**
     * Opens the source.
     *
     * @param settings probetime, port and maxflows are read from it at every refresh
     * @param monotonicNanos CLOCK_MONOTONIC; {@code System::nanoTime} is that
     * @throws IOException if the kernel has no inet_diag
     */
    public static DiagSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        return open(settings, monotonicNanos, new FlowIds());
    }

    /** Like {@link #open(SettingStore, LongSupplier)}, with an id allocator that other sources share. */
    public static DiagSource open(SettingStore settings, LongSupplier monotonicNanos, FlowIds ids) throws IOException {
        DiagSource source = new DiagSource(settings, monotonicNanos, ids);
        try {
            source.socket = SockDiag.open();
            source.refresh();
            return source;
        } catch (IOException failed) {
            source.close();
            throw failed;
        }
    }

    @Override
    public String name() {
        return "diag";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.DIAG;
    }

    @Override
    public void refresh() throws IOException {
        now = monotonicNanos.getAsLong();
        probeNanos = settings.get(Settings.PROBETIME) * 1_000_000;
        port = settings.get(Settings.PORT).intValue();
        maxflows = settings.get(Settings.MAXFLOWS).intValue();
        purgeMillis = settings.get(Settings.PURGETIME) * 1000;
        idleMayEnter = refused == 0; // otherwise they would take the room that was made for others
        refused = 0;
        refresh++;
        Arrays.fill(sockets, 0);
        try {
            if (socket == null) {
                socket = SockDiag.open();
            }
            dump(own, socket);
        } catch (IOException failed) {
            closeSocket(); // the rest of this dump would be read by the next one
            throw failed;
        }
        int[] socketsHere = sockets.clone();
        int max = settings.get(Settings.PROBE_NAMESPACES).intValue();
        if (mayEnterOthers && max > 0) {
            others.dump(max, this::dump);
        }
        table.freeOutgrown();
        releaseUnseen();
        releaseIdle(refused + Math.max(table.live() - maxflows, 0));
        if (table.live() > maxflows) {
            releaseNewest(table.live() - maxflows);
        }
        socketsShown = socketsHere;
    }

    private void dump(int namespace, SockDiag from) throws IOException {
        networkNamespace = namespace;
        message.networkNamespace(namespace);
        from.dump(SockDiag.ALL_STATES, FlowMessage.EXTENSIONS, this::accept);
    }

    /**
     * Returns the key of a socket in the index. Its cookie is unique on the host since Linux 5.4; before, each network namespace counts its own
     * from 1, so those of other namespaces are spread over all numbers.
     */
    private long key(long cookie, int namespace) {
        return cookie ^ Integer.toUnsignedLong(namespace ^ own) * SPREAD;
    }

    private void accept(MemorySegment buffer, long at, int length) {
        sockets[FlowMessage.state(buffer, at)]++;
        if ((port != 0 && !FlowMessage.hasPort(buffer, at, port)) || !message.read(buffer, at, length)) {
            return;
        }
        long key = key(FlowMessage.cookie(buffer, at), networkNamespace);
        int row = index.find(key);
        if (row < 0) {
            if (!mayEnter(buffer, at)) {
                return;
            }
            row = create(key);
        } else {
            statistics.countFound();
            long sampled = memory.get(ValueLayout.JAVA_LONG, table.at(row) + SAMPLED);
            if (now - sampled < probeNanos && table.live() <= maxflows) { // otherwise idle ones must be known by now
                seenIn[row] = refresh;
                return;
            }
        }
        seenIn[row] = refresh;
        int before = state(row);
        message.write(buffer, at, memory, table.at(row), now);
        if (!listeners.isEmpty()) {
            notifyOfState(row, before);
        }
    }

    /**
     * Returns true if the flow of the last message may be added: there is room, and an idle flow does not take room from
     * others.
     */
    private boolean mayEnter(MemorySegment buffer, long at) {
        boolean full = table.live() >= maxflows;
        boolean idle = message.idleMillis(buffer, at) >= purgeMillis;
        if (full) {
            statistics.countSkipped();
            refused += idle ? 0 : 1;
        }
        return !full && (!idle || idleMayEnter);
    }

    /** Returns the state in the row, numbered as in the MIB; 0 if the row is new. */
    private int state(int row) {
        return memory.get(ValueLayout.JAVA_BYTE, table.at(row) + STATE);
    }

    private void notifyOfState(int row, int before) {
        int after = state(row);
        if (opening(before) && !opening(after)) {
            notifyListeners(FlowListener.Change.ESTABLISHED, row);
        }
        if (after != ESTABLISHED && (before == ESTABLISHED || opening(before) && !opening(after))) {
            notifyListeners(FlowListener.Change.LEFT, row);
        }
    }

    private static boolean opening(int state) {
        return state == 0 || state == TcpState.SYN_SENT.mib() || state == TcpState.SYN_RECEIVED.mib();
    }

    private void notifyOfEnd(int row) {
        if (state(row) == ESTABLISHED) {
            notifyListeners(FlowListener.Change.LEFT, row);
        }
        FlowLayout.put(memory, table.at(row), FlowField.STATE, TcpState.CLOSED.mib());
        notifyListeners(FlowListener.Change.ENDED, row);
    }

    private void notifyListeners(FlowListener.Change change, int row) {
        listeners.forEach(listener -> listener.happened(change, FlowRows.one(memory, table.at(row))));
    }

    @Override
    public Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        refresh(); // earlier changes are not reported
        listeners.add(listener);
        return Optional.of(new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return true;
            }

            @Override
            public void close() {
                listeners.remove(listener);
            }
        });
    }

    private int create(long key) {
        int row = table.allocate();
        memory = table.memory();
        if (row >= seenIn.length) {
            seenIn = Arrays.copyOf(seenIn, seenIn.length * 2);
        }
        index.add(key, row);
        statistics.countCreated();
        long at = table.at(row);
        FlowLayout.put(memory, at, FlowField.FIRST_SEEN, now);
        FlowLayout.put(memory, at, FlowField.STATE, 0);
        Extremes.forget(memory, at);
        message.begin(at);
        memory.set(ValueLayout.JAVA_INT, at + FlowLayout.FLOW_ID, ids.next(table::inUse));
        return row;
    }

    private void releaseUnseen() {
        for (int row = 0; row < table.highWater(); row++) {
            if (seenIn[row] != refresh && table.flowId(row) != 0 && !others.unread(namespaceOf(row))) {
                if (!listeners.isEmpty()) {
                    notifyOfEnd(row);
                }
                release(row);
                statistics.countEnded();
            }
        }
    }

    private int namespaceOf(int row) {
        return memory.get(ValueLayout.JAVA_INT, table.at(row) + NETWORK_NAMESPACE);
    }

    /** Evicts up to this number of flows: those that have been idle longest, and for at least purgetime. */
    private void releaseIdle(int max) {
        if (max > 0) {
            for (long idle : IdleFlows.longest(table.rows(), now, purgeMillis, max)) {
                release((int) idle);
            }
        }
    }

    /** Releases the newest flows, those with the last ids, after maxflows was lowered. */
    private void releaseNewest(int surplus) {
        int last = ids.last();
        long[] agesAndRows = new long[table.live()];
        int n = 0;
        for (int row = 0; row < table.highWater(); row++) {
            if (table.flowId(row) != 0) {
                long age = Integer.toUnsignedLong(
                        last - table.flowId(row)); // also correct after the ids have wrapped around
                agesAndRows[n++] = (age << Integer.SIZE | row) ^ Long.MIN_VALUE; // unsigned
            }
        }
        Arrays.sort(agesAndRows, 0, n);
        for (int i = 0; i < surplus; i++) {
            release((int) agesAndRows[i]);
            statistics.countSkipped();
        }
    }

    private void release(int row) {
        index.remove(key(memory.get(ValueLayout.JAVA_LONG, table.at(row) + COOKIE), namespaceOf(row)));
        table.release(row);
    }

    @Override
    public FlowRows rows() {
        return table.rows();
    }

    @Override
    public Map<FlowStatistic, Long> statistics() {
        return statistics.current();
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return TcpState.count(socketsShown);
    }

    @Override
    public Optional<WatchedFlows> watchFlows() {
        return Optional.of(new DiagWatch(own, monotonicNanos));
    }

    @Override
    public List<SourceRefusal> refusals() {
        if (settings.get(Settings.PROBE_NAMESPACES) == 0) {
            return List.of();
        }
        List<SourceRefusal> refusals = new ArrayList<>();
        if (!mayEnterOthers) {
            refusals.add(refusal(
                    OTHERS,
                    "enter network namespaces: missing CAP_SYS_ADMIN; give the process CAP_SYS_ADMIN and CAP_SYS_PTRACE, or run it as root,"
                            + " to see the flows of containers"));
        }
        if (others.refused() > 0) {
            refusals.add(refusal(
                    others.refused() + " " + OTHERS,
                    "enter them: refused by the kernel, or no file descriptor is left; debug=1 logs the causes"));
        }
        if (others.left() > 0) {
            refusals.add(new SourceRefusal(
                    name(),
                    others.left() + " " + OTHERS,
                    "probe.namespaces is " + settings.get(Settings.PROBE_NAMESPACES) + "; raise it to read them",
                    true));
        }
        return refusals;
    }

    private SourceRefusal refusal(String what, String why) {
        return new SourceRefusal(name(), what, why, false);
    }

    private void closeSocket() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    @Override
    public void close() {
        closeSocket();
        table.close();
    }
}
