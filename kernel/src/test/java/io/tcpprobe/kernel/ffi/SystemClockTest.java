package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SystemClockTest {
    @Test
    void shouldReadTheStateOfTheClock() {
        try {
            boolean first = SystemClock.synchronizedByService();
            assertEquals(first, SystemClock.synchronizedByService());
        } catch (IOException refused) {
            abort("the kernel does not answer: " + refused.getMessage());
        }
    }
}
