package io.tcpprobe.agent.threads;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the work of one thread that waits for work by itself: the thread is stalled if it has begun some and does not end it. */
public final class WorkProgress implements VitalPart {
    private final String name;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /** Creates counts for the part with this name. */
    public WorkProgress(String name) {
        this.name = name;
    }

    /** Runs a piece of work; called by one thread only. */
    public void run(Runnable work) {
        begun.incrementAndGet();
        try {
            work.run();
        } finally {
            ended.incrementAndGet();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Observation observe() {
        long done = ended.get(); // read first: work that ends in between must not count as idle
        boolean idle = begun.get() == done;
        return () -> idle || ended.get() != done;
    }
}
