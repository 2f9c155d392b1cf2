package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The answers of inet_diag that were captured on Linux 6.18 (x86-64) together with the output of {@code ss -tinema}, and
 * what may be made of them. dump-ipv4.hex and dump-ipv6.hex hold one datagram a paragraph.
 */
final class Capture {
    static final int SEQUENCE = 1;

    private Capture() {}

    static String text(String name) throws IOException {
        try (var in = Capture.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** The datagrams of one family, "ipv4" or "ipv6", as they came. */
    static List<byte[]> datagrams(String family) throws IOException {
        return Arrays.stream(text("dump-" + family + ".hex").strip().split("\n\n", -1))
                .map(paragraph -> HexFormat.of().parseHex(paragraph.replace("\n", "")))
                .toList();
    }

    /** All messages about sockets, of both families. */
    static List<byte[]> messages() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        for (String family : List.of("ipv4", "ipv6")) {
            for (byte[] datagram : datagrams(family)) {
                walk(
                        datagram,
                        (buffer, at, length) ->
                                messages.add(buffer.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return messages;
    }

    /** Walks a datagram in memory of exactly its size, so that a read beyond its end throws an exception. */
    static boolean walk(byte[] datagram, SockDiag.Visitor visitor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(datagram.length, 8).copyFrom(MemorySegment.ofArray(datagram));
            return SockDiag.walk(memory, datagram.length, SEQUENCE, visitor);
        }
    }

    /** The flows among these messages; their ids are the messages' places, from 1. */
    static FlowColumns flows(List<byte[]> messages) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate((long) messages.size() * FlowLayout.SIZE, 8);
            rows.fill((byte) 0x5a); // what another flow has left must not be seen
            FlowMessage flow = new FlowMessage();
            flow.networkNamespace((int) 4_026_531_840L);
            for (int i = 0; i < messages.size(); i++) {
                long row = (long) i * FlowLayout.SIZE;
                rows.set(ValueLayout.JAVA_INT, row + FlowLayout.SEQUENCE, 0);
                rows.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, 0);
                int id = i + 1;
                walk(messages.get(i), (buffer, at, length) -> {
                    if (flow.read(buffer, at, length)) {
                        flow.write(buffer, at, rows, row, 12345);
                        FlowLayout.put(rows, row, FlowField.FIRST_SEEN, 1);
                        rows.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, id);
                    }
                });
            }
            return FlowColumns.copyOf(new FlowRows(rows, messages.size()));
        }
    }

    /** The message with another attribute instead of its own one of that type; none if the content is null. */
    static byte[] with(byte[] message, int type, byte[] content) {
        ByteBuffer from = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        ByteBuffer to = ByteBuffer.allocate(message.length + 1024).order(ByteOrder.nativeOrder());
        to.put(message, 0, InetDiagMsg.ATTRIBUTES);
        for (int at = InetDiagMsg.ATTRIBUTES; at < message.length; at += InetDiagMsg.align(from.getShort(at))) {
            if (from.getShort(at + 2) != type) {
                attribute(to, from.getShort(at + 2), Arrays.copyOfRange(message, at + 4, at + from.getShort(at)));
            }
        }
        if (content != null) {
            attribute(to, type, content);
        }
        to.putInt(InetDiagMsg.LENGTH, to.position());
        return Arrays.copyOf(to.array(), to.position());
    }

    private static void attribute(ByteBuffer to, int type, byte[] content) {
        to.putShort((short) (InetDiagMsg.RTATTR_HEADER + content.length)).putShort((short) type);
        to.put(content).position(InetDiagMsg.align(to.position()));
    }

    /** The content of a message's attribute, or an empty one. */
    static byte[] attribute(byte[] message, int type) {
        ByteBuffer from = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        for (int at = InetDiagMsg.ATTRIBUTES; at < message.length; at += InetDiagMsg.align(from.getShort(at))) {
            if (from.getShort(at + 2) == type) {
                return Arrays.copyOfRange(message, at + 4, at + from.getShort(at));
            }
        }
        return new byte[0];
    }
}
