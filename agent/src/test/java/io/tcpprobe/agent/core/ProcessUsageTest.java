package io.tcpprobe.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessUsageTest {
    private static final String STATUS =
            "Name:\tjava\nGroups:\t0 \nVmHWM:\t    2000 kB\nVmRSS:\t    1744 kB\nRssAnon:\t 1 kB\n";

    @Test
    void shouldReadResidentMemory() {
        assertEquals(1744 * 1024, ProcessUsage.residentBytes(STATUS));
        assertTrue(ProcessUsage.now().residentBytes() > 1 << 20);
    }

    @Test
    void shouldReturnMinusOneWithoutTheWholeLine() {
        assertEquals(-1, ProcessUsage.residentBytes(""));
        assertEquals(-1, ProcessUsage.residentBytes("Name:\tVmRSS:\nThreads:\t1\n"));
        assertEquals(-1, ProcessUsage.residentBytes(STATUS.substring(0, STATUS.indexOf("1744") + 2)));
    }
}
