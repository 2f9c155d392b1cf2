package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IteratorFaultTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5.14.0-427.el9",
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

    /** The release 6.1.0-39 is Debian's number of the binary interface; Debian's compiler has a version, too. */
    @Test
    void shouldReadTheVersionOfDebiansKernel() {
        String debian =
                "Linux version 6.1.0-39-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0,"
                        + " GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.";
        assertTrue(IteratorFault.in(debian + "148-1 (2025-08-26)\n")
                .orElseThrow()
                .cause()
                .contains("(6.1.148)"));
        assertTrue(IteratorFault.in(debian + "183-1 (2026-09-01)\n").isEmpty());
        String own = "Linux version 6.18.%s (a@b) (gcc (Debian 14.2.0-19) 14.2.0, GNU ld 2.44) #7 SMP\n";
        assertTrue(IteratorFault.in(own.formatted("44")).isPresent());
        assertTrue(IteratorFault.in(own.formatted("45")).isEmpty());
        assertTrue(IteratorFault.in("FreeBSD 14").isEmpty());
    }
}
