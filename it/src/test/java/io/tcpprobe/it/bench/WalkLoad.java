package io.tcpprobe.it.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A walk by {@code snmpbulkwalk -Cr50} that restarts at its end, until it is closed. */
final class WalkLoad implements AutoCloseable {
    private static final Path DEV_NULL = Path.of("/dev/null");

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;

    private WalkLoad(Measured agent, String root) {
        thread = Thread.ofPlatform().start(() -> {
            try {
                while (walkOnce(agent, root) == 0) {}
                ended.completeExceptionally(new IOException("walk " + root + " of " + agent.name() + ": it failed"));
            } catch (InterruptedException _) {
                ended.complete(null); // expected
            } catch (IOException failed) {
                ended.completeExceptionally(failed);
            }
        });
    }

    /** Begins to walk the objects below an object id. */
    static WalkLoad start(Measured agent, String root) {
        return new WalkLoad(agent, root);
    }

    private static int walkOnce(Measured agent, String root) throws IOException, InterruptedException {
        Process process = BulkWalk.start(agent, root, DEV_NULL);
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Ends the walk.
     *
     * @throws java.util.concurrent.CompletionException if the walk failed
     */
    @Override
    public void close() {
        thread.interrupt();
        ended.join();
    }
}
