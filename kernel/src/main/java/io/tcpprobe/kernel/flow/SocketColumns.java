package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * All TCP sockets of a network namespace at one moment, by columns, in the order in which the kernel gave them: listeners,
 * connections, half-open ones and those in TIME_WAIT. Immutable. 67 bytes a socket, and a quarter more at most.
 */
public final class SocketColumns {
    private final byte[] ends;
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
        ends = from.ends;
        states = from.states;
        inodes = from.inodes;
        cookies = from.cookies;
        receiveQueues = from.receiveQueues;
        sendQueues = from.sendQueues;
        drops = Map.copyOf(from.drops);
    }

    /** How many sockets there are. */
    public int size() {
        return size;
    }

    /** A byte of the ends of a socket, 0 to 255, as {@link SocketEndpoints} lays them out. */
    public int end(int row, int place) {
        return Byte.toUnsignedInt(ends[row * SocketEndpoints.SIZE + place]);
    }

    /** Both ends of a socket. */
    public SocketEndpoints ends(int row) {
        return SocketEndpoints.at(ends, row * SocketEndpoints.SIZE);
    }

    /** A socket's state. */
    public TcpState state(int row) {
        TcpState state = TcpState.ofKernel(states[row]);
        return state == null ? TcpState.CLOSED : state; // of a newer kernel: nothing that we know is true of it
    }

    /** A socket's inode, by which its process is found; 0 if no process has it open, as in TIME_WAIT. */
    public int inode(int row) {
        return inodes[row];
    }

    /** A socket's cookie: no other socket has or had it. */
    public long cookie(int row) {
        return cookies[row];
    }

    /** Bytes received that were not read; of a listener, the connections that wait to be accepted. */
    public long receiveQueue(int row) {
        return Integer.toUnsignedLong(receiveQueues[row]);
    }

    /** Bytes sent that are not acknowledged; of a listener, how many connections may wait at most. */
    public long sendQueue(int row) {
        return Integer.toUnsignedLong(sendQueues[row]);
    }

    /** What a listener has dropped: segments that opened connections, and connections that found no room; -1 if not known. */
    public long drops(int row) {
        Integer known = drops.get(row);
        return known == null ? -1 : Integer.toUnsignedLong(known);
    }

    /** Takes sockets, one by one. */
    public static final class Builder {
        private byte[] ends;
        private byte[] states;
        private int[] inodes;
        private long[] cookies;
        private int[] receiveQueues;
        private int[] sendQueues;
        private final Map<Integer, Integer> drops = new HashMap<>();
        private int size;

        /** With room for so many; it grows if there are more. */
        public Builder(int expected) {
            int room = Math.max(expected, 16);
            ends = new byte[room * SocketEndpoints.SIZE];
            states = new byte[room];
            inodes = new int[room];
            cookies = new long[room];
            receiveQueues = new int[room];
            sendQueues = new int[room];
        }

        /**
         * Takes a socket.
         *
         * @param bothEnds {@link SocketEndpoints#SIZE} bytes, which are copied
         * @param state the kernel's number, 1 to 12
         */
        public void add(byte[] bothEnds, int state, int inode, long cookie, int receiveQueue, int sendQueue) {
            if (size == states.length) {
                resize(Math.max(16, size * 2));
            }
            System.arraycopy(bothEnds, 0, ends, size * SocketEndpoints.SIZE, SocketEndpoints.SIZE);
            states[size] = (byte) state;
            inodes[size] = inode;
            cookies[size] = cookie;
            receiveQueues[size] = receiveQueue;
            sendQueues[size] = sendQueue;
            size++;
        }

        /** What the socket that was added last has dropped. */
        public void drops(int count) {
            drops.put(size - 1, count);
        }

        private void resize(int room) {
            ends = Arrays.copyOf(ends, room * SocketEndpoints.SIZE);
            states = Arrays.copyOf(states, room);
            inodes = Arrays.copyOf(inodes, room);
            cookies = Arrays.copyOf(cookies, room);
            receiveQueues = Arrays.copyOf(receiveQueues, room);
            sendQueues = Arrays.copyOf(sendQueues, room);
        }

        /** The sockets that were taken; the memory is theirs from now on, and only what lies behind them is written to. */
        public SocketColumns build() {
            return new SocketColumns(this);
        }
    }
}
