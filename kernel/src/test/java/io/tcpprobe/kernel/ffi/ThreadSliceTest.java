package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** The scheduler's slice of a thread. */
class ThreadSliceTest {
    /** Runs something on a new thread, whose slice the test may change. */
    private static <T> T onThread(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread.ofPlatform().start(task);
        return task.get();
    }

    private static long shortened() throws IOException {
        ThreadSlice.shorten();
        return ThreadSlice.nanos();
    }

    @Test
    void shouldShortenTheSliceOfTheCallingThreadOnly() throws Exception {
        long usual = ThreadSlice.nanos();
        assumeTrue(usual > 0, "this kernel has no slices per thread: older than Linux 6.12");
        assertEquals(ThreadSlice.SHORTEST_NANOS, onThread(ThreadSliceTest::shortened));
        assertEquals(usual, ThreadSlice.nanos());
    }

    @Test
    void shouldNotBeInherited() throws Exception {
        long usual = ThreadSlice.nanos();
        assumeTrue(usual > 0, "this kernel has no slices per thread: older than Linux 6.12");
        assertEquals(usual, onThread(() -> {
            ThreadSlice.shorten();
            return onThread(ThreadSlice::nanos);
        }));
    }

    /** Older kernels accept it and ignore it. */
    @Test
    void shouldBeHarmlessOnEveryKernel() throws Exception {
        onThread(ThreadSliceTest::shortened);
    }
}
