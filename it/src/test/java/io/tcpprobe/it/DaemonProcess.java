package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is closed, with its output in a file. */
final class DaemonProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 20;

    private final Process process;
    private final Path output;

    private DaemonProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a program; its output goes to a new file in a folder. */
    static DaemonProcess start(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile(folder, Path.of(command.getFirst()).getFileName() + "-", ".log");
        List<String> line = new ArrayList<>(List.of("sh", "-c", "exec >>\"$0\" 2>&1 \"$@\"", output.toString()));
        line.addAll(command);
        return new DaemonProcess(Tools.here().start(line, environment), output);
    }

    /** Waits until it accepts connections at a port of loopback. */
    DaemonProcess awaitPort(int port) throws IOException {
        return await("port " + port, () -> accepts(port));
    }

    /** Waits until a UDP port of 127.0.0.1 is in use. */
    DaemonProcess awaitUdpPort(int port) throws IOException {
        String local = String.format(Locale.ROOT, "%08X:%04X", Integer.reverseBytes(0x7f000001), port);
        return await(
                "UDP port " + port,
                () -> Files.readString(Path.of("/proc/net/udp")).contains(local));
    }

    private DaemonProcess await(String what, Waiting.Condition<IOException> condition) throws IOException {
        Waiting.until(what + "; " + output, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("it has ended: " + output());
            }
            return condition.holds();
        });
        return this;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Returns its output so far. */
    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while a program stops", interrupted);
        } finally {
            children.forEach(ProcessHandle::destroyForcibly); // those that outlive their parent
        }
    }
}
