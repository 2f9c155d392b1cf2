package io.tcpprobe.agent.namespaces;

import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.kernel.proc.TcpCounters;

/**
 * A network namespace other than the agent's own.
 *
 * @param number its number, from 1; not used again while the agent runs
 * @param name at most {@value Namespaces#MAX_NAME_BYTES} bytes, unique: its name in /run/netns, else the container that it belongs to, else its
 *     inode number
 * @param description what it is, as text for people
 * @param origin what it belongs to
 * @param entry the way into it
 * @param counters its TCP counters
 * @param sockets its sockets
 */
public record Namespace(
        int number,
        String name,
        String description,
        Origin origin,
        NamespaceEntry entry,
        TcpCounters counters,
        SocketSnapshotCache sockets) {}
