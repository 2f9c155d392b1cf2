package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.connector.ConnectorType.Transport;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Finds the process that listens on an address of this network namespace. */
record PortHolders(HostFiles host) {
    private static final String TCP_LISTEN = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int UID = 7;
    private static final int INODE = 9;
    private static final int WORD_DIGITS = 8;
    private static final int HEX = 16;

    /**
     * A process that listens.
     *
     * @param pid its id; 0 if it is a process of another user, which only root finds
     * @param command its name; empty if it is unknown
     * @param uid the id of its user
     */
    record Holder(int pid, String command, String uid) {
        @Override
        public String toString() {
            return pid == 0 ? "a process of user " + uid : command + " (process " + pid + ")";
        }
    }

    /** Returns the process that listens on this address; empty if there is none, or if /proc cannot be read. */
    Optional<Holder> find(Transport transport, InetSocketAddress address) {
        return List.of("", "6").stream()
                .flatMap(family -> lines("proc/net/" + transport.label() + family).stream())
                .map(line -> line.strip().split("\\s+", -1))
                .filter(fields -> fields.length > INODE && holds(fields, transport, address))
                .findFirst()
                .map(fields -> holder(Integer.parseUnsignedInt(fields[INODE]), fields[UID]));
    }

    private List<String> lines(String file) {
        try {
            List<String> all = Files.readAllLines(host.file(file));
            return all.subList(Math.min(1, all.size()), all.size()); // without the heading
        } catch (IOException _) {
            return List.of();
        }
    }

    private static boolean holds(String[] fields, Transport transport, InetSocketAddress address) {
        if (transport == Transport.TCP && !fields[STATE].equals(TCP_LISTEN)) {
            return false;
        }
        int colon = fields[LOCAL].indexOf(':');
        if (colon < 0 || Integer.parseInt(fields[LOCAL].substring(colon + 1), HEX) != address.getPort()) {
            return false;
        }
        InetAddress local = address(fields[LOCAL].substring(0, colon));
        return local.isAnyLocalAddress()
                || address.getAddress().isAnyLocalAddress()
                || local.equals(address.getAddress());
    }

    /** Returns the address of a text such as 0100007F: words in the byte order of this host. */
    private static InetAddress address(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex);
        for (int word = 0; word < hex.length() / WORD_DIGITS; word++) {
            int begin = word * Integer.BYTES;
            swap(octets, begin, begin + 3);
            swap(octets, begin + 1, begin + 2);
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(hex, impossible);
        }
    }

    private static void swap(byte[] octets, int one, int other) {
        byte kept = octets[one];
        octets[one] = octets[other];
        octets[other] = kept;
    }

    private Holder holder(int inode, String uid) {
        try {
            SocketOwners owners = SocketOwners.read(host.file("proc"));
            int pid = owners.process(inode);
            return new Holder(Math.max(0, pid), pid > 0 ? owners.command(pid) : "", uid);
        } catch (IOException _) {
            return new Holder(0, "", uid);
        }
    }
}
