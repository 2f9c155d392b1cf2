package io.tcpprobe.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The Linux module on a kernel that checks locks (lockdep), memory (KASAN, kmemleak) and failing allocations (failslab). */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel debug"})
class ModuleDebugIT
        implements ModuleRecordTests, ModuleAgreementTests, ModuleSettingTests, ModuleReaderTests, ModuleLoadTests {
    private static ModuleGuest guest;

    @BeforeAll
    static void boot() {
        guest = ModuleGuest.boot(new GuestKernel("debug"));
    }

    @AfterAll
    static void powerOff() {
        if (guest != null) {
            guest.close();
        }
    }

    @AfterEach
    void cleanUp() {
        guest.cleanUp();
    }

    @Override
    public ModuleGuest guest() {
        return guest;
    }
}
