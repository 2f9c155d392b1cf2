package io.tcpprobe.agent.push;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A bounded queue. If it is full, the oldest element is dropped and counted. Not thread-safe. */
final class PushQueue<T> {
    private final int capacity;
    private final Deque<T> elements = new ArrayDeque<>();
    private long dropped;

    /** Creates an empty queue; its memory grows on demand. */
    PushQueue(int capacity) {
        this.capacity = capacity;
    }

    void add(T element) {
        if (elements.size() == capacity) {
            elements.remove();
            dropped++;
        }
        elements.add(element);
    }

    /** Removes and returns the oldest elements, at most {@code max}. */
    List<T> take(int max) {
        List<T> taken = new ArrayList<>(Math.min(max, elements.size()));
        while (taken.size() < max && !elements.isEmpty()) {
            taken.add(elements.remove());
        }
        return taken;
    }

    int size() {
        return elements.size();
    }

    /** Returns the number of elements that were dropped. */
    long dropped() {
        return dropped;
    }
}
