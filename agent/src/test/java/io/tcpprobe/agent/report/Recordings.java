package io.tcpprobe.agent.report;

import java.util.Locale;

/** Lines of recordings that tests make up. */
public final class Recordings {
    private static final long UNA = 0x64;

    private Recordings() {}

    /** A record of the connection with this port; {@code rest} is lost, retrans, inflight, frto, rqueue, wqueue. */
    public static String line(double time, int port, long acked, int cwnd, int srtt, String rest) {
        return line(time, port, acked, cwnd, srtt, rest, 80);
    }

    /** The last record of a connection. */
    public static String lastLine(double time, int port, long acked, int cwnd, int srtt, String rest) {
        return line(time, port, acked, cwnd, srtt, rest, 65535);
    }

    private static String line(double time, int port, long acked, int cwnd, int srtt, String rest, int length) {
        return String.format(
                Locale.ROOT,
                "%.9f 10.0.0.1:%d 10.0.0.2:80 %d 0x%x 0x%x %d 2147483647 65536 %d 10 %d %s 0x64",
                time,
                port,
                length,
                UNA + acked,
                UNA + acked & 0xffff_ffffL,
                cwnd,
                srtt,
                srtt + 40,
                rest);
    }

    /** A JSON record of one connection; {@code more} has further members, with a comma before each. */
    public static String json(double time, String more) {
        return String.format(
                Locale.ROOT,
                "{\"time\":%.9f,\"flow\":7,\"localAddress\":\"10.0.0.1\",\"localPort\":4711,\"remoteAddress\":\"2001:db8::1\","
                        + "\"remotePort\":443,\"sampled\":%d%s}",
                time,
                5_000_000_000_000L + (long) (time * 1e9),
                more);
    }
}
