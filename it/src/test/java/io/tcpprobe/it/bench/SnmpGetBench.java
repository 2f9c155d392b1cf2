package io.tcpprobe.it.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.snmp4j.PDU;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.VariableBinding;

/**
 * How long a GET of tcpCurrEstab.0 takes, of two agents in turn: one client, one request at a time, over UDP on loopback.
 *
 * <pre>
 *   SnmpGetBench PORT_A PORT_B [ROUNDS]
 * </pre>
 *
 * <p>A round is 2,000 requests to A, then 2,000 to B; the first two rounds warm up and do not count.
 */
public final class SnmpGetBench {
    private static final int REQUESTS = 2_000;
    private static final int WARM_UP = 2;
    private static final OID CURR_ESTAB = new OID("1.3.6.1.2.1.6.9.0");

    private SnmpGetBench() {}

    /** Runs it; prints p50 and p99 of every round, and the medians over the rounds. */
    public static void main(String[] arguments) throws IOException {
        int[] ports = {Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])};
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 11;
        double[][] p50 = new double[2][rounds];
        double[][] p99 = new double[2][rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int agent = 0; agent < ports.length; agent++) {
                long[] nanos = ask(ports[agent]);
                Arrays.sort(nanos);
                if (round >= 0) {
                    p50[agent][round] = nanos[REQUESTS / 2] / 1e3;
                    p99[agent][round] = nanos[REQUESTS * 99 / 100] / 1e3;
                }
            }
        }
        for (int agent = 0; agent < ports.length; agent++) {
            System.out.printf(
                    Locale.ROOT,
                    "port %d: p50 %.1f us, p99 %.1f us (medians of %d rounds of %d requests)%n",
                    ports[agent],
                    median(p50[agent]),
                    median(p99[agent]),
                    rounds,
                    REQUESTS);
        }
        System.out.printf(
                Locale.ROOT,
                "A/B: p50 %.2f, p99 %.2f%n",
                median(p50[0]) / median(p50[1]),
                median(p99[0]) / median(p99[1]));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static long[] ask(int port) throws IOException {
        byte[] request = request();
        long[] nanos = new long[REQUESTS];
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.socket().setSoTimeout(5_000);
            ByteBuffer out = ByteBuffer.allocateDirect(request.length).put(request);
            ByteBuffer in = ByteBuffer.allocateDirect(2_048);
            for (int i = 0; i < REQUESTS; i++) {
                out.rewind();
                in.clear();
                long begin = System.nanoTime();
                channel.write(out);
                channel.read(in);
                nanos[i] = System.nanoTime() - begin;
                if (in.position() < request.length) {
                    throw new SocketTimeoutException("port " + port + " gave no whole answer");
                }
            }
        }
        return nanos;
    }

    /** A GET by v2c of the community public. */
    private static byte[] request() throws IOException {
        PDU pdu = new PDU(PDU.GET, List.of(new VariableBinding(CURR_ESTAB)));
        pdu.setRequestID(new Integer32(4711));
        OctetString community = new OctetString("public");
        Integer32 version = new Integer32(1);
        int length = version.getBERLength() + community.getBERLength() + pdu.getBERLength();
        ByteBuffer buffer = ByteBuffer.allocate(length + 8);
        BEROutputStream stream = new BEROutputStream(buffer);
        BER.encodeHeader(stream, BER.SEQUENCE, length);
        version.encodeBER(stream);
        community.encodeBER(stream);
        pdu.encodeBER(stream);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(buffer.array(), 0, buffer.position());
        return bytes.toByteArray();
    }
}
