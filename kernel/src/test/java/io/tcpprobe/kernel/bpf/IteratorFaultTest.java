package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IteratorFaultTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5.15.0-91-generic",
                "6.0.1",
                "6.1.182",
                "6.2",
                "6.6.151-1.el9",
                "6.8.0-45-generic",
                "6.12.103",
                "6.18.44-custom",
                "6.19-rc1",
                "7.0.0",
                "7.1.8"
            })
    void shouldFindKernelsWithTheFault(String release) {
        assertTrue(
                IteratorFault.in("Linux version " + release + " (a@b) #1 SMP\n").isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4.18.0-553.el8",
                "5.14.0-427.el9",
                "6.1.183",
                "6.6.152",
                "6.12.104",
                "6.12.70000",
                "6.18.45",
                "7.1.9",
                "7.2",
                "8.0.0"
            })
    void shouldNotFindOthers(String release) {
        assertTrue(
                IteratorFault.in("Linux version " + release + " (a@b) #1 SMP\n").isEmpty());
    }

    /** The release 6.1.0-39 is Debian's number of the binary interface. */
    @Test
    void shouldReadTheVersionOfDebiansKernel() {
        String debian =
                "Linux version 6.1.0-39-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.";
        assertTrue(IteratorFault.in(debian + "148-1 (2025-08-26)")
                .orElseThrow()
                .cause()
                .contains("(6.1.148)"));
        assertTrue(IteratorFault.in(debian + "183-1 (2026-09-01)").isEmpty());
        assertEquals(0, IteratorFault.in("FreeBSD 14").stream().count());
    }
}
