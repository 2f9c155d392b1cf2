package io.tcpprobe.it;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Sends one datagram, in hex, from a socket that is connected to an address and port, and prints the response in hex. A connected socket
 * receives nothing from other addresses.
 */
public final class DatagramMain {
    private static final int TIMEOUT_MILLIS = 10_000;

    private DatagramMain() {}

    /** Arguments: address, port, datagram. */
    public static void main(String[] arguments) throws Exception {
        byte[] request = HexFormat.of().parseHex(arguments[2]);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getByName(arguments[0]), Integer.parseInt(arguments[1]));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(request, request.length));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            System.out.println(HexFormat.of().formatHex(answer.getData(), 0, answer.getLength()));
        }
    }
}
