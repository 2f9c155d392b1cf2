package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;

/**
 * Makes {@link Traffic} in a separate process, so that it can be in another network namespace. Reads commands, one per line, and responds
 * to each with one line:
 *
 * <pre>
 *   listen FAMILY ADDRESS           the port
 *   deaf FAMILY ADDRESS             the port of a listener that never accepts
 *   connect FAMILY ADDRESS PORT     the local port
 *   begin FAMILY ADDRESS PORT       the local port of a connection that may not be established
 *   send LOCALPORT BYTES            "sent"
 *   disconnect LOCALPORT            "closed"
 * </pre>
 *
 * <p>FAMILY, of the socket, is INET or INET6.
 *
 * <p>Exits at the end of its input.
 */
final class TrafficMain {
    private TrafficMain() {}

    /** The program; it takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        try (Traffic traffic = new Traffic();
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(answer(traffic, line.split(" ", -1)));
            }
        }
    }

    private static String answer(Traffic traffic, String[] words) {
        return switch (words[0]) {
            case "listen" -> Integer.toString(traffic.listen(family(words[1]), InetAddress.ofLiteral(words[2])));
            case "deaf" -> Integer.toString(traffic.listenDeaf(family(words[1]), InetAddress.ofLiteral(words[2])));
            case "begin" ->
                Integer.toString(
                        traffic.begin(family(words[1]), InetAddress.ofLiteral(words[2]), Integer.parseInt(words[3])));
            case "connect" ->
                Integer.toString(
                        traffic.connect(family(words[1]), InetAddress.ofLiteral(words[2]), Integer.parseInt(words[3])));
            case "send" -> {
                traffic.send(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                yield "sent";
            }
            case "disconnect" -> {
                traffic.disconnect(Integer.parseInt(words[1]));
                yield "closed";
            }
            default -> throw new IllegalArgumentException("unknown command " + words[0]);
        };
    }

    private static ProtocolFamily family(String name) {
        return StandardProtocolFamily.valueOf(name);
    }
}
