package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.IdleFlows;

/**
 * Evicts idle flows to make room for others when the number of flows has reached maxflows: those that have been idle longest,
 * and for at least purgetime. The programs release them in a sweep, after they have checked again that they are idle.
 */
final class Eviction {
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final SettingStore settings;
    private final BpfSettings bpfSettings;
    private final BpfTable table;

    Eviction(SettingStore settings, BpfSettings bpfSettings, BpfTable table) {
        this.settings = settings;
        this.bpfSettings = bpfSettings;
        this.table = table;
    }

    /** Sets, after a sweep, whether the next one adopts idle flows: only if no other flows wait. */
    void admit() {
        bpfSettings.idleMayEnter(table.refused() == 0);
    }

    /**
     * Makes the next sweep release idle flows.
     *
     * @param count maximum number of flows
     * @param sampledSince start of the last sweep; flows that were not sampled since are skipped
     * @return the number of flows to release, at most {@code count}
     */
    int begin(int count, long sampledSince) {
        if (count <= 0) {
            return 0;
        }
        long minMillis = settings.get(Settings.PURGETIME) * 1000;
        long[] idlest = IdleFlows.longest(table.rows(), sampledSince, minMillis, count);
        if (idlest.length > 0) {
            bpfSettings.idleMayEnter(false);
            bpfSettings.evict((idlest[idlest.length - 1] >>> Integer.SIZE) * NANOS_OF_MILLI);
            table.toEvict(idlest.length);
        }
        return idlest.length;
    }

    /** Ends the eviction: sweeps release no idle flows from now on. */
    void end() {
        table.toEvict(0);
    }
}
