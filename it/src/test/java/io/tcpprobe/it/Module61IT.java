package io.tcpprobe.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The Linux module on Linux 6.1. */
@Needs({"qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel 6.1"})
class Module61IT
        implements ModuleRecordTests, ModuleAgreementTests, ModuleSettingTests, ModuleReaderTests, ModuleLoadTests {
    private static ModuleGuest guest;

    @BeforeAll
    static void boot() {
        guest = ModuleGuest.boot(new GuestKernel("6.1"));
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
