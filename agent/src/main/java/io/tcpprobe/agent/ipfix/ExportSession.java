package io.tcpprobe.agent.ipfix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transport session with the collector, and its successors: opens one, sends the templates first, and numbers data records. Over UDP
 * templates are sent again regularly, because a datagram can be lost and a collector can be restarted. The name of the collector is resolved
 * when a session is opened, and over UDP again when the collector has refused a message: not while messages are accepted, because they
 * would wait for the name server. Not thread-safe.
 */
final class ExportSession implements AutoCloseable {
    /** Addresses of a name that are tried. */
    static final int MAX_ADDRESSES = 8;

    private final Setup setup;
    private final IpfixMessage templates;
    private @Nullable CollectorChannel channel;
    private long templatesNanos;
    private boolean templatesDue;
    private boolean refusing;
    private int sequence;

    /** The number of flow records in the last message, over UDP. */
    private int previousFlows;

    /**
     * Options of a session.
     *
     * @param collector where the collector is
     * @param resolver resolves its name
     * @param tcp true: TCP; false: UDP
     * @param templateInterval how often templates are sent over UDP
     * @param limit maximum time to connect, and to wait for a collector that does not read
     * @param monotonicNanos a monotonic clock
     * @param wallMillis milliseconds since 1970
     */
    record Setup(
            CollectorAddress collector,
            CollectorAddress.Resolver resolver,
            boolean tcp,
            Duration templateInterval,
            Duration limit,
            LongSupplier monotonicNanos,
            LongSupplier wallMillis) {}

    /** Creates it; nothing is opened yet. */
    ExportSession(Setup setup, IpfixMessage templates) {
        this.setup = setup;
        this.templates = templates;
    }

    /**
     * Sends a message.
     *
     * @return the number of flow records of the message before, if it was refused; else 0
     * @throws IOException if it was not sent; it can be sent again, in the next session
     */
    int send(IpfixMessage message) throws IOException {
        try {
            CollectorChannel open = open();
            int refused = 0;
            if (templatesDue || !setup.tcp && age() >= setup.templateInterval.toNanos()) {
                refused += write(open, templates);
                templatesDue = false;
                templatesNanos = setup.monotonicNanos.getAsLong();
            }
            refused += write(open, message);
            previousFlows = message.flows();
            return refused;
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    private int write(CollectorChannel open, IpfixMessage message) throws IOException {
        ByteBuffer bytes = message.stamped(setup.wallMillis.getAsLong() / 1000, sequence);
        CollectorChannel.Previous previous = open.write(bytes);
        sequence += message.dataRecords();
        if (previous == CollectorChannel.Previous.ACCEPTED) {
            return 0;
        }
        refusing = true;
        templatesDue = true; // a collector that is started now has none
        int refused = previousFlows;
        previousFlows = 0;
        return refused;
    }

    private long age() {
        return setup.monotonicNanos.getAsLong() - templatesNanos;
    }

    private CollectorChannel open() throws IOException {
        CollectorChannel known = channel;
        boolean refused = refusing;
        refusing = false;
        if (known != null && !(refused && hasMoved(known.peer()))) {
            return known;
        }
        close();
        CollectorChannel opened = connect();
        channel = opened;
        sequence = 0;
        previousFlows = 0;
        templatesDue = true;
        return opened;
    }

    private boolean hasMoved(InetSocketAddress peer) {
        try {
            return !setup.collector.resolve(setup.resolver).contains(peer);
        } catch (UnknownHostException _) {
            return false; // the name server may be down
        }
    }

    private CollectorChannel connect() throws IOException {
        List<InetSocketAddress> addresses = setup.collector.resolve(setup.resolver).stream()
                .limit(MAX_ADDRESSES)
                .toList();
        IOException failed = null;
        for (InetSocketAddress address : addresses) {
            try {
                return setup.tcp ? TcpChannel.open(address, setup.limit) : UdpChannel.open(address);
            } catch (IOException unreachable) {
                if (Thread.currentThread().isInterrupted()) {
                    throw unreachable;
                }
                failed = failed == null ? unreachable : failed;
            }
        }
        throw failed == null ? new UnknownHostException(setup.collector.host()) : failed;
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
