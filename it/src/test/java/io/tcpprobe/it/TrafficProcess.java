package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** TCP connections in a network namespace: {@link Traffic} in a separate process. Closing it ends the process. */
final class TrafficProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    private TrafficProcess(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts the process where these tools run. */
    static TrafficProcess start(Tools place) {
        List<String> line = new ArrayList<>(place.prefix());
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(TrafficMain.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString(),
                TrafficMain.class.getName()));
        try {
            ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
            return new TrafficProcess(builder.start());
        } catch (IOException failed) {
            throw new UncheckedIOException("start " + String.join(" ", line), failed);
        }
    }

    /** Returns the process id. */
    long pid() {
        return process.pid();
    }

    /** Opens a listener, with a socket of the address's family, and returns its port. */
    int listen(String address) {
        return listen(family(address), address);
    }

    /** Opens a listener with a socket of this family and returns its port. */
    int listen(StandardProtocolFamily family, String address) {
        return Integer.parseInt(ask("listen " + family.name() + " " + address));
    }

    /** Opens a listener that never accepts, and returns its port. */
    int listenDeaf(String address) {
        return Integer.parseInt(ask("deaf " + family(address).name() + " " + address));
    }

    /** Begins to connect without waiting, and returns the local port. */
    int begin(String address, int port) {
        return Integer.parseInt(ask("begin " + family(address).name() + " " + address + " " + port));
    }

    /** Connects, with a socket of the address's family, and returns the connection's local port. */
    int connect(String address, int port) {
        return connect(family(address), address, port);
    }

    /** Connects with a socket of this family and returns the connection's local port. */
    int connect(StandardProtocolFamily family, String address, int port) {
        return Integer.parseInt(ask("connect " + family.name() + " " + address + " " + port));
    }

    private static StandardProtocolFamily family(String address) {
        return address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    /** Sends; returns when the kernel has accepted all bytes. */
    void send(int localPort, int bytes) {
        ask("send " + localPort + " " + bytes);
    }

    /** Closes a connection. */
    void disconnect(int localPort) {
        ask("disconnect " + localPort);
    }

    private String ask(String command) {
        commands.println(command);
        try {
            String answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError(
                        "no answer to '" + command + "'; see what the process wrote to standard error");
            }
            return answer;
        } catch (IOException failed) {
            throw new UncheckedIOException(command, failed);
        }
    }

    @Override
    public void close() {
        commands.close(); // the process exits at the end of its input
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while traffic stops", interrupted);
        }
    }
}
