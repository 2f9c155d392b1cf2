package io.tcpprobe.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** All tests of the Linux module in one guest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ModuleOnKernel
        implements ModuleRecordTests, ModuleAgreementTests, ModuleSettingTests, ModuleReaderTests, ModuleLoadTests {
    private final GuestKernel kernel;
    private ModuleGuest guest;

    /**
     * Tests this kernel.
     *
     * @param series as {@link GuestKernel} has it
     */
    ModuleOnKernel(String series) {
        kernel = new GuestKernel(series);
    }

    @BeforeAll
    void boot() {
        guest = ModuleGuest.boot(kernel);
    }

    @AfterAll
    void powerOff() {
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
