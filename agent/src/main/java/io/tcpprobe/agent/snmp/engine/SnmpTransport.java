package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.threads.VitalThread;
import io.tcpprobe.agent.threads.WorkProgress;
import io.tcpprobe.kernel.ffi.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.TransportStateReference;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.UdpTransportMapping;

/**
 * Receives requests at one address, in its own thread, and sends each response from the address that received the request. No
 * datagram can end the thread.
 */
public final class SnmpTransport extends UdpTransportMapping {
    /**
     * Size of the kernel's receive buffer, used while the thread is busy. The kernel doubles this number and charges about 800
     * bytes for a small request: enough for some 10,000 requests where the limit allows it.
     */
    static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    /** How often {@link #close} waits for the thread to end, two seconds each time. */
    private static final int CLOSE_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SnmpTransport.class);

    private final UdpSocket socket;
    private final InetSocketAddress bound;
    private final BoundedLog log;
    private final Consumer<Throwable> onGiveUp;
    private final WorkProgress progress;
    private @Nullable VitalThread receiver;

    private SnmpTransport(UdpSocket socket, InetSocketAddress bound, BoundedLog log, Consumer<Throwable> onGiveUp) {
        super(new UdpAddress(bound.getAddress(), bound.getPort()));
        this.socket = socket;
        this.bound = bound;
        this.log = log;
        this.onGiveUp = onGiveUp;
        this.progress = new WorkProgress("snmp-" + udpAddress);
    }

    /**
     * Binds a socket; {@link #listen} starts receiving.
     *
     * @param onGiveUp receives the cause when receiving has failed for good; see {@link VitalThread}
     * @throws SocketException if the address cannot be bound
     */
    public static SnmpTransport bind(InetSocketAddress address, BoundedLog log, Consumer<Throwable> onGiveUp)
            throws IOException {
        UdpSocket socket = UdpSocket.bind(address, RECEIVE_BUFFER_BYTES);
        InetSocketAddress bound = socket.localAddress();
        // the wildcard socket serves both families: keep the configured address
        boolean wildcard = address.getAddress().isAnyLocalAddress();
        return new SnmpTransport(
                socket, wildcard ? new InetSocketAddress(address.getAddress(), bound.getPort()) : bound, log, onGiveUp);
    }

    /**
     * The address of a client, and the local address that received its request. Queued with its requests, so it does not hold
     * their bytes.
     */
    static final class Client extends UdpAddress {
        private static final long serialVersionUID = 1;

        private final transient InetSocketAddress from;
        private final transient UdpSocket.LocalAddress to;

        Client(UdpSocket.Datagram request) {
            super(request.from().getAddress(), request.from().getPort());
            this.from = request.from();
            this.to = request.to();
        }
    }

    /** Returns the address that the socket is bound to. */
    public InetSocketAddress bound() {
        return bound;
    }

    /** Returns the handling of received requests, which must make progress. */
    public VitalPart vitalPart() {
        return progress;
    }

    @Override
    public synchronized void listen() {
        receiver = VitalThread.start("snmp-" + getListenAddress(), this::receive, socket::endReceiving, onGiveUp);
    }

    @Override
    public boolean isListening() {
        return receiver != null;
    }

    private void receive() throws IOException {
        UdpSocket.Datagram datagram = socket.receive();
        if (datagram == null) {
            return;
        }
        progress.run(() -> handle(datagram));
    }

    private void handle(UdpSocket.Datagram datagram) {
        try {
            fireProcessMessage(new Client(datagram), ByteBuffer.wrap(datagram.content()), state());
        } catch (RuntimeException | StackOverflowError failed) { // the next datagram may be fine
            log.warn(LOG, "receive", "", "receive by SNMP at " + udpAddress + ": " + BoundedLog.brief(failed));
        }
    }

    private TransportStateReference state() {
        return new TransportStateReference(
                this, udpAddress, null, SecurityLevel.undefined, SecurityLevel.undefined, false, socket);
    }

    @Override
    public void sendMessage(
            UdpAddress to, byte[] message, TransportStateReference state, long timeoutMillis, int maxRetries)
            throws IOException {
        if (to instanceof Client client) {
            socket.send(message, client.from, client.to);
        } else {
            socket.send(message, new InetSocketAddress(to.getInetAddress(), to.getPort()), null);
        }
    }

    @Override
    public void close() {
        VitalThread ending;
        synchronized (this) {
            ending = receiver;
            receiver = null;
        }
        if (ending != null) {
            ending.close();
            for (int i = 0; i < CLOSE_ATTEMPTS && ending.busy(); i++) {
                ending.close();
            }
            if (ending.busy()) {
                LOG.warn(
                        "close {}: its receiver thread does not stop; the socket stays open until the process exits",
                        bound);
                return; // memory that the kernel may still write to must not be freed
            }
        }
        socket.close();
    }
}
