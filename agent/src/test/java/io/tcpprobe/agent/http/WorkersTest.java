package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class WorkersTest {
    /** The place of the nice value in the line of proc(5), after the name of the thread, which may have blanks. */
    private static final int NICE = 16;

    private static int niceOfThisThread() throws Exception {
        String line = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    }

    @Test
    void shouldYieldTheProcessorsToOtherThreads() throws Exception {
        int usual = niceOfThisThread();
        try (Workers workers = new Workers("tcpprobe-test", 1, 1)) {
            FutureTask<Integer> work = new FutureTask<>(WorkersTest::niceOfThisThread);
            assertTrue(workers.take("client", work));
            assertEquals(Math.max(usual, 10), work.get());
        }
        assertEquals(usual, niceOfThisThread());
    }
}
