package io.tcpprobe.agent.ipfix;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A transport session with a collector (RFC 7011, section 2). */
interface CollectorChannel extends AutoCloseable {
    /** What is known of the message before. */
    enum Previous {
        /** Nothing has refused it. */
        ACCEPTED,
        /** The host of the collector has reported by ICMP that nothing listens at the port. */
        REFUSED
    }

    /**
     * Sends a message.
     *
     * @throws IOException if it was not sent, or not all of it; then the session is over
     */
    Previous write(ByteBuffer message) throws IOException;

    /** Returns the address of the collector. */
    InetSocketAddress peer();

    /** Closes it; does not wait. */
    @Override
    void close();
}
