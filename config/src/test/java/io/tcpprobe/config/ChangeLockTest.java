package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLockTest {
    @TempDir
    private Path folder;

    @Test
    void shouldLetOneAtATimeReadChangeAndWrite() throws Exception {
        Path counter = Files.writeString(folder.resolve("counter"), "0");
        List<Future<?>> changes = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 20; i++) {
                changes.add(threads.submit(() -> {
                    try (ChangeLock _ = ChangeLock.take(folder)) {
                        int value = Integer.parseInt(Files.readString(counter));
                        Files.writeString(counter, Integer.toString(value + 1));
                    }
                    return null;
                }));
            }
        }
        for (Future<?> change : changes) {
            change.get();
        }
        assertEquals("20", Files.readString(counter));
    }

    @Test
    void shouldGiveUpAfterTheTimeout() throws IOException {
        try (ChangeLock _ = ChangeLock.take(folder)) {
            IOException refused = assertThrows(IOException.class, () -> ChangeLock.take(folder, Duration.ofMillis(50)));
            assertTrue(refused.getMessage().contains("change.lock is locked by another process"), refused::toString);
        }
        ChangeLock.take(folder, Duration.ZERO).close();
    }
}
