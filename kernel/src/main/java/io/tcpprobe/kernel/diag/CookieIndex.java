package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.TableStatistics;

/** Maps the cookie of a socket to its row: a hash table of longs with open addressing, which allocates only when it grows. */
final class CookieIndex implements TableStatistics.Index {
    private static final int MIN_CAPACITY = 1024;

    private long[] cookies = new long[MIN_CAPACITY]; // 0 = free: the kernel counts cookies from 1
    private int[] rows = new int[MIN_CAPACITY];
    private int size;
    private long steps;

    /** Returns the row of a cookie, or -1. */
    int find(long cookie) {
        int slot = slot(cookie);
        return cookies[slot] == cookie ? rows[slot] : -1;
    }

    /** Adds a cookie that is not in the table. */
    void add(long cookie, int row) {
        if (size * 2 >= cookies.length) {
            grow();
        }
        int slot = slot(cookie);
        cookies[slot] = cookie;
        rows[slot] = row;
        size++;
    }

    /** Removes a cookie that is in the table, and closes the gap. */
    void remove(long cookie) {
        int mask = cookies.length - 1;
        int gap = slot(cookie);
        size--;
        for (int next = gap + 1 & mask; cookies[next] != 0; next = next + 1 & mask) {
            int home = home(cookies[next]);
            if ((next - home & mask) >= (next - gap & mask)) {
                cookies[gap] = cookies[next];
                rows[gap] = rows[next];
                gap = next;
            }
        }
        cookies[gap] = 0;
    }

    private int home(long cookie) {
        long mixed = cookie * 0x9E3779B97F4A7C15L; // 2^64 / golden ratio
        return (int) (mixed >>> 32) & cookies.length - 1;
    }

    private int slot(long cookie) {
        int slot = home(cookie);
        while (cookies[slot] != 0 && cookies[slot] != cookie) {
            slot = slot + 1 & cookies.length - 1;
            steps++;
        }
        return slot;
    }

    private void grow() {
        long[] oldCookies = cookies;
        int[] oldRows = rows;
        cookies = new long[oldCookies.length * 2];
        rows = new int[cookies.length];
        for (int i = 0; i < oldCookies.length; i++) {
            if (oldCookies[i] != 0) {
                int slot = slot(oldCookies[i]);
                cookies[slot] = oldCookies[i];
                rows[slot] = oldRows[i];
            }
        }
    }

    @Override
    public int slots() {
        return cookies.length;
    }

    @Override
    public long bytes() {
        return (long) cookies.length * (Long.BYTES + Integer.BYTES);
    }

    @Override
    public long steps() {
        return steps;
    }
}
