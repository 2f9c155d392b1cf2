package io.tcpprobe.agent.ipfix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Messages as datagrams (RFC 7011, section 10.3). The socket is connected, so that the kernel reports a port at which nothing listens:
 * instead of sending a later datagram.
 */
final class UdpChannel implements CollectorChannel {
    /** Several messages may have been sent before the first report arrives, and each of them can be reported. */
    private static final int TRIES = 4;

    private final DatagramChannel channel;
    private final InetSocketAddress peer;

    private UdpChannel(DatagramChannel channel, InetSocketAddress peer) {
        this.channel = channel;
        this.peer = peer;
    }

    /**
     * Opens a socket.
     *
     * @throws IOException if there is no route
     */
    @SuppressWarnings("resource") // closed by close
    static UdpChannel open(InetSocketAddress peer) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.connect(peer);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
        return new UdpChannel(channel, peer);
    }

    @Override
    public Previous write(ByteBuffer message) throws IOException {
        Previous previous = Previous.ACCEPTED;
        for (int left = TRIES - 1; ; left--) {
            try {
                channel.write(message);
                return previous;
            } catch (PortUnreachableException refused) {
                if (left == 0) {
                    throw refused;
                }
                message.rewind(); // the report was about a message before; this one was not sent
                previous = Previous.REFUSED;
            }
        }
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            return; // there is nothing left to close
        }
    }
}
