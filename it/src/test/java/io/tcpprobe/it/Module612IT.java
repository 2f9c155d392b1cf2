package io.tcpprobe.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The Linux module on Linux 6.12. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel 6.12"})
class Module612IT
        implements ModuleRecordTests, ModuleAgreementTests, ModuleSettingTests, ModuleReaderTests, ModuleLoadTests {
    private static ModuleGuest guest;

    @BeforeAll
    static void boot() {
        guest = ModuleGuest.boot(new GuestKernel("6.12"));
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
