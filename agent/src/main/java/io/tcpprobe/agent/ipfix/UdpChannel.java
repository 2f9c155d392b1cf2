package io.tcpprobe.agent.ipfix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Messages as datagrams (RFC 7011, section 10.3). The socket is connected, so that the kernel reports a port at which nothing listens: instead
 * of sending the next datagram.
 */
final class UdpChannel implements CollectorChannel {
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
        try {
            channel.write(message);
            return Previous.ACCEPTED;
        } catch (PortUnreachableException _) {
            message.rewind();
        }
        channel.write(message); // the report is gone: a second one can only be about a datagram that has arrived since
        return Previous.REFUSED;
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
