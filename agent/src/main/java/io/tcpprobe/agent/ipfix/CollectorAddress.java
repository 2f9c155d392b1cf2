package io.tcpprobe.agent.ipfix;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Where the collector is.
 *
 * @param host its name or address, without brackets
 * @param port its port
 */
record CollectorAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Resolves names. */
    @FunctionalInterface
    interface Resolver {
        /**
         * Returns the addresses of a host, in the order of preference.
         *
         * @throws UnknownHostException if it has none
         */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * Reads "host:port", IPv6 in brackets.
     *
     * @throws IllegalArgumentException if the port does not exist, or what is in brackets is not an address
     */
    static CollectorAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("the port " + port + " does not exist");
        }
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
            InetAddress.ofLiteral(host);
        }
        return new CollectorAddress(host, port);
    }

    /**
     * Resolves the name now.
     *
     * @return at least one address, in the order of preference
     * @throws UnknownHostException if it has none
     */
    List<InetSocketAddress> resolve(Resolver resolver) throws UnknownHostException {
        return Arrays.stream(resolver.resolve(host))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}
