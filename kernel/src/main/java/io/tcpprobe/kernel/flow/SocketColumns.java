package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A snapshot of all TCP sockets of a network namespace, stored by columns in the order of the kernel's dump: listeners,
 * connections, half-open connections and sockets in TIME_WAIT. Immutable. Uses 67 bytes a socket, and at most a quarter more.
 */
public final class SocketColumns {
    private final byte[] endpoints;
    private final byte[] states;
    private final int[] inodes;
    private final long[] cookies;
    private final int[] receiveQueues;
    private final int[] sendQueues;
    private final Map<Integer, Integer> drops;
    private final int size;

    private SocketColumns(Builder from) {
        if (from.states.length - from.size > from.size / 4) {
            from.resize(from.size);
        }
        size = from.size;
        endpoints = from.endpoints;
        states = from.states;
        inodes = from.inodes;
        cookies = from.cookies;
        receiveQueues = from.receiveQueues;
        sendQueues = from.sendQueues;
        drops = Map.copyOf(from.drops);
    }

    /** Returns the number of sockets. */
    public int size() {
        return size;
    }

    /** Returns a byte of the endpoints of a socket, 0 to 255, at a place of the layout of {@link SocketEndpoints}. */
    public int end(int row, int offset) {
        return Byte.toUnsignedInt(endpoints[row * SocketEndpoints.SIZE + offset]);
    }

    /** Returns both endpoints of a socket. */
    public SocketEndpoints endpoints(int row) {
        return SocketEndpoints.at(endpoints, row * SocketEndpoints.SIZE);
    }

    /** Returns the state of a socket. */
    public TcpState state(int row) {
        TcpState state = TcpState.ofKernel(states[row]);
        return state == null ? TcpState.CLOSED : state; // a state of a newer kernel, unknown to us
    }

    /** Returns the inode of a socket, by which its process is found; 0 if no process has it open, as in TIME_WAIT. */
    public int inode(int row) {
        return inodes[row];
    }

    /** Returns the cookie of a socket, which is never reused by another socket. */
    public long cookie(int row) {
        return cookies[row];
    }

    /** Returns the number of received bytes that were not read; for a listener, of connections that wait to be accepted. */
    public long receiveQueue(int row) {
        return Integer.toUnsignedLong(receiveQueues[row]);
    }

    /** Returns the number of sent bytes that are not acknowledged; for a listener, the maximum of waiting connections. */
    public long sendQueue(int row) {
        return Integer.toUnsignedLong(sendQueues[row]);
    }

    /**
     * Returns the drops of a listener: segments that open connections, and connections that exceeded the backlog; -1 if
     * unknown.
     */
    public long drops(int row) {
        Integer known = drops.get(row);
        return known == null ? -1 : Integer.toUnsignedLong(known);
    }

    /** Builds the columns socket by socket. */
    public static final class Builder {
        private byte[] endpoints;
        private byte[] states;
        private int[] inodes;
        private long[] cookies;
        private int[] receiveQueues;
        private int[] sendQueues;
        private final Map<Integer, Integer> drops = new HashMap<>();
        private int size;

        /** Creates a builder with this initial capacity; it grows on demand. */
        public Builder(int expected) {
            int room = Math.max(expected, 16);
            endpoints = new byte[room * SocketEndpoints.SIZE];
            states = new byte[room];
            inodes = new int[room];
            cookies = new long[room];
            receiveQueues = new int[room];
            sendQueues = new int[room];
        }

        /**
         * Adds a socket.
         *
         * @param endpointBytes {@link SocketEndpoints#SIZE} bytes, which are copied
         * @param state the number of the state in the kernel, 1 to 12
         */
        public void add(byte[] endpointBytes, int state, int inode, long cookie, int receiveQueue, int sendQueue) {
            if (size == states.length) {
                resize(Math.max(16, size * 2));
            }
            System.arraycopy(endpointBytes, 0, endpoints, size * SocketEndpoints.SIZE, SocketEndpoints.SIZE);
            states[size] = (byte) state;
            inodes[size] = inode;
            cookies[size] = cookie;
            receiveQueues[size] = receiveQueue;
            sendQueues[size] = sendQueue;
            size++;
        }

        /** Sets the drops of the last added socket. */
        public void drops(int count) {
            drops.put(size - 1, count);
        }

        private void resize(int room) {
            endpoints = Arrays.copyOf(endpoints, room * SocketEndpoints.SIZE);
            states = Arrays.copyOf(states, room);
            inodes = Arrays.copyOf(inodes, room);
            cookies = Arrays.copyOf(cookies, room);
            receiveQueues = Arrays.copyOf(receiveQueues, room);
            sendQueues = Arrays.copyOf(sendQueues, room);
        }

        /**
         * Returns the added sockets. The result shares the memory of this builder, which writes only after their rows from now
         * on.
         */
        public SocketColumns build() {
            return new SocketColumns(this);
        }
    }
}
