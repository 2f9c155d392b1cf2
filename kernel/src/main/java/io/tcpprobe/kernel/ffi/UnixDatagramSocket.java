package io.tcpprobe.kernel.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A socket that sends datagrams to a UNIX-domain address (unix(7)). The JDK has UNIX-domain stream sockets only. Thread-safe. */
public final class UnixDatagramSocket implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct sockaddr_un { sa_family_t sun_family; char sun_path[108]; }}. */
    private static final int PATH_OFFSET = 2;

    private static final int PATH_BYTES = 108;

    /** {@code ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t tolen)}. */
    private static final NativeFunction SENDTO = NativeFunction.ofC("sendto");

    private final int fd;
    private final byte[] address;
    private boolean closed;

    private UnixDatagramSocket(int fd, byte[] address) {
        this.fd = fd;
        this.address = address;
    }

    /**
     * Opens a socket.
     *
     * @param address the receiver: the path of its socket; or @ and a name, which is in the abstract namespace of the network namespace
     * @param timeoutSeconds how long {@link #send} may wait for the receiver
     * @throws IOException if the address is empty or too long, or if no socket can be opened
     */
    public static UnixDatagramSocket open(String address, long timeoutSeconds) throws IOException {
        byte[] encoded = encode(address);
        int fd = Libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        UnixDatagramSocket opened = new UnixDatagramSocket(fd, encoded);
        try {
            Libc.sendTimeout(fd, timeoutSeconds);
            return opened;
        } catch (IOException failed) {
            opened.close();
            throw failed;
        }
    }

    /** Returns the content of sun_path: an abstract name has a leading NUL in place of @ and its exact length; a path ends with NUL. */
    private static byte[] encode(String address) throws IOException {
        byte[] text = address.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = address.startsWith("@");
        byte[] encoded = isAbstract ? text : Arrays.copyOf(text, text.length + 1);
        if (text.length < 2 || encoded.length > PATH_BYTES) {
            throw new IOException("'" + address + "' is not an address of a UNIX-domain socket: it must have 2 to "
                    + (PATH_BYTES - 1) + " bytes");
        }
        if (isAbstract) {
            encoded[0] = 0;
        }
        return encoded;
    }

    /**
     * Sends a datagram.
     *
     * @throws IOException if there is no receiver, or if it has no room for the datagram within the timeout
     */
    public synchronized void send(byte[] content) throws IOException {
        if (closed) {
            throw new IOException("the socket is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocateFrom(JAVA_BYTE, content);
            MemorySegment name = arena.allocate(PATH_OFFSET + address.length, 8);
            name.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(address, 0, name, JAVA_BYTE, PATH_OFFSET, address.length);
            int length = (int) name.byteSize();
            Libc.check(
                    "sendto",
                    state -> SENDTO.call(
                            state, fd, message.address(), message.byteSize(), MSG_NOSIGNAL, name.address(), length));
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
