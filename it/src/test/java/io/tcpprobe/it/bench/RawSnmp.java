package io.tcpprobe.it.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A manager with minimal cost: SNMPv2c with the community public over loopback, one request at a time. It parses only the parts of a
 * response that the next request needs.
 */
public final class RawSnmp implements AutoCloseable {
    /** Type of a GETNEXT. */
    public static final int GETNEXT = 0xa1;
    /** Type of a GETBULK. */
    public static final int GETBULK = 0xa5;

    private static final int GET = 0xa0;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    private static final int END_OF_VIEW = 0x82;
    private static final int MAX_DATAGRAM = 65_535;

    private final DatagramChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_DATAGRAM);
    private final ByteBuffer out = ByteBuffer.allocateDirect(MAX_DATAGRAM);

    /** The object id of the last response's last binding, encoded. */
    private byte[] last = {};

    private int lastTag;
    private int bytes;

    /** Connects to the agent on this port. */
    public RawSnmp(int port) throws IOException {
        channel = DatagramChannel.open();
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Encodes the content of an object id. */
    public static byte[] objectId(String dotted) {
        long[] arcs = Arrays.stream(dotted.split("\\.", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write((int) (arcs[0] * 40 + arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift >= 0; shift -= 7) {
                if (arcs[i] >>> shift != 0 || shift == 0) {
                    encoded.write((int) (arcs[i] >>> shift & 0x7f | (shift > 0 ? 0x80 : 0)));
                }
            }
        }
        return encoded.toByteArray();
    }

    /** Returns a GET of tcpCurrEstab.0. */
    static byte[] getCurrEstab() {
        return request(GET, objectId("1.3.6.1.2.1.6.9.0"), 0);
    }

    /** Returns a request for one variable. */
    public static byte[] request(int type, byte[] objectId, int repetitions) {
        byte[] name = wrap(OBJECT_ID, objectId);
        byte[] binding = wrap(SEQUENCE, join(name, new byte[] {5, 0}));
        byte[] limit = {(byte) (repetitions >> 16), (byte) (repetitions >> 8), (byte) repetitions};
        byte[] pdu = join(
                wrap(INTEGER, new byte[] {7}),
                wrap(INTEGER, new byte[] {0}),
                wrap(INTEGER, limit),
                wrap(SEQUENCE, binding));
        byte[] community = "public".getBytes(StandardCharsets.US_ASCII);
        return wrap(SEQUENCE, join(wrap(INTEGER, new byte[] {1}), wrap(OCTETS, community), wrap(type, pdu)));
    }

    private static byte[] wrap(int tag, byte[] content) {
        if (content.length > 255) {
            throw new IllegalArgumentException("a request of " + content.length + " bytes is too long for this client");
        }
        byte[] header = content.length < 0x80
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x81, (byte) content.length};
        return join(header, content);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /**
     * Sends a request and waits for the response.
     *
     * @return the number of bindings in the response
     */
    public int ask(byte[] request) throws IOException {
        out.clear().put(request).flip();
        in.clear();
        channel.write(out);
        bytes = channel.read(in);
        in.flip();
        enter(); // message
        skip(); // version
        skip(); // community
        enter(); // PDU
        skip(); // request id
        in.get();
        if (in.get() != 1 || in.get() != 0) {
            throw new IOException("the agent answered with an error");
        }
        skip(); // error index
        enter(); // bindings
        int count = 0;
        while (in.hasRemaining()) {
            enter();
            in.get();
            int name = in.position() + 1;
            in.position(name + length());
            lastTag = Byte.toUnsignedInt(in.get(in.position()));
            skip();
            count++;
            if (!in.hasRemaining()) {
                last = new byte[Byte.toUnsignedInt(in.get(name - 1))];
                in.get(name, last);
            }
        }
        return count;
    }

    private void enter() {
        in.get();
        length();
    }

    private void skip() {
        in.get();
        int length = length();
        in.position(in.position() + length);
    }

    private int length() {
        int first = Byte.toUnsignedInt(in.get());
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            length = length << 8 | Byte.toUnsignedInt(in.get());
        }
        return length;
    }

    /** Returns the object id of the last response's last binding, encoded. */
    public byte[] last() {
        return last;
    }

    /** Returns the size of the last response in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns true if the last response's last binding is below an object id, and is not endOfMibView. */
    public boolean below(byte[] objectId) {
        return lastTag != END_OF_VIEW
                && last.length > objectId.length
                && Arrays.equals(last, 0, objectId.length, objectId, 0, objectId.length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
