package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.terminal.Key;
import io.tcpprobe.agent.terminal.KeyDecoder;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a terminal and what else the program has to react to. A thread of its own reads; it never waits for the program: what is
 * typed faster than it is handled is dropped.
 */
final class TerminalInput {
    private static final int MAX_QUEUED = 4096;

    /** Within this time the rest of a key's sequence follows its ESC. */
    private static final long SEQUENCE_MILLIS = 50;

    private final BlockingQueue<Input> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final KeyDecoder decoder = new KeyDecoder();

    private sealed interface Input {
        record Typed(char character) implements Input {}

        record Woken() implements Input {}

        record Ended() implements Input {}
    }

    /** What has happened. */
    sealed interface Event {
        /** A key was pressed. */
        record Pressed(Key key) implements Event {}

        /** The time has passed, or {@link #wake} was called. */
        record Due() implements Event {}

        /** The terminal has hung up. */
        record HungUp() implements Event {}
    }

    /** Starts to read. */
    TerminalInput(Reader keys) {
        Thread.ofPlatform().daemon().name("tcpprobe-keys").start(() -> read(keys));
    }

    private void read(Reader keys) {
        try {
            for (int typed = keys.read(); typed >= 0; typed = keys.read()) {
                boolean _ = queue.offer(new Input.Typed((char) typed));
            }
        } catch (IOException _) {
            // a terminal that has hung up
        }
        if (!queue.offer(new Input.Ended())) {
            queue.clear();
            boolean _ = queue.offer(new Input.Ended());
        }
    }

    /** Ends the wait of {@link #next}. */
    void wake() {
        boolean _ = queue.offer(new Input.Woken());
    }

    /** Waits for the next event, at most this long. */
    Event next(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (true) {
            long left = Math.max(0, end - System.nanoTime());
            long wait = decoder.pending() ? TimeUnit.MILLISECONDS.toNanos(SEQUENCE_MILLIS) : left;
            Event event = event(queue.poll(wait, TimeUnit.NANOSECONDS));
            if (event != null) {
                return event;
            }
        }
    }

    /** Returns null if a key goes on. */
    private @Nullable Event event(@Nullable Input input) {
        return switch (input) {
            case null -> {
                Optional<Key> key = decoder.timeout();
                yield key.isPresent() ? new Event.Pressed(key.get()) : new Event.Due();
            }
            case Input.Typed typed ->
                decoder.next(typed.character()).map(Event.Pressed::new).orElse(null);
            case Input.Woken _ -> new Event.Due();
            case Input.Ended _ -> new Event.HungUp();
        };
    }
}
