package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.IdleFlows;

/**
 * Makes idle flows give way to others when there are maxflows: those that have been idle longest, for purgetime at least. The programs
 * release them, in a sweep, and look once more whether they are idle.
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

    /** After a sweep: idle flows are taken in by the next one only if no others wait. */
    void admit() {
        bpfSettings.idleMayEnter(table.refused() == 0);
    }

    /**
     * Has the next sweep release idle flows.
     *
     * @param wanted how many
     * @param sampledSince when the last sweep began: flows that it has not reached are left alone
     * @return how many there are, at most as many as were wanted
     */
    int begin(int wanted, long sampledSince) {
        if (wanted <= 0) {
            return 0;
        }
        long least = settings.get(Settings.PURGETIME) * 1000;
        long[] idlest = IdleFlows.longest(table.rows(), sampledSince, least, wanted);
        if (idlest.length > 0) {
            bpfSettings.idleMayEnter(false);
            bpfSettings.evict((idlest[idlest.length - 1] >>> Integer.SIZE) * NANOS_OF_MILLI);
            table.toEvict(idlest.length);
        }
        return idlest.length;
    }

    /** Ends what {@link #begin} has begun: from now on no idle flow is released. */
    void end() {
        table.toEvict(0);
    }
}
