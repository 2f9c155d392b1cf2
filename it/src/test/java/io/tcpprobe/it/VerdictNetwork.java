package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts and a relay between them, each in its own network namespace. The relay delays all frames; its interfaces can be made a
 * bottleneck.
 *
 * <pre>
 *   near 10.98.7.1  ----  left  relay  right  ----  10.98.7.2 far
 * </pre>
 *
 * <p>Closing it ends all processes and removes the namespaces. Needs root and python3.
 */
final class VerdictNetwork implements AutoCloseable {
    static final String NEAR_ADDRESS = "10.98.7.1";
    static final String FAR_ADDRESS = "10.98.7.2";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String LINK = "link0";
    private static final long STOP_SECONDS = 10;

    private final Path script;
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final Deque<Process> processes = new ArrayDeque<>();
    private final Tools near;
    private final Tools relay;
    private final Tools far;

    private VerdictNetwork(Path script) {
        this.script = script;
        this.near = inside("near");
        this.relay = inside("relay");
        this.far = inside("far");
    }

    /**
     * Creates the network.
     *
     * @param folder a folder for the script
     * @param delayMillis delay of a frame in the relay
     */
    static VerdictNetwork open(Path folder, int delayMillis) {
        VerdictNetwork opened = new VerdictNetwork(script(folder));
        boolean complete = false;
        try {
            opened.make(delayMillis);
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private static Path script(Path folder) {
        try (InputStream in = VerdictNetwork.class.getResourceAsStream("endpoint.py")) {
            Path script = folder.resolve("endpoint.py");
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
            return script;
        } catch (IOException failed) {
            throw new UncheckedIOException("copy endpoint.py", failed);
        }
    }

    private static String name(String host) {
        return "tcpprobe-" + ProcessHandle.current().pid() + "-v" + host;
    }

    private static Tools inside(String host) {
        return new Tools(List.of("ip", "netns", "exec", name(host))); // uses exec: the process keeps its id
    }

    private void make(int delayMillis) {
        for (String host : List.of("near", "relay", "far")) {
            Tools.here().run("ip", "netns", "add", name(host)).expectSuccess();
            namespaces.push(name(host));
        }
        join("near", "left");
        join("far", "right");
        up(near, NEAR_ADDRESS);
        up(far, FAR_ADDRESS);
        for (String side : List.of("left", "right")) {
            run(relay, "sysctl -q -w net.ipv6.conf." + side + ".disable_ipv6=1");
            run(relay, "ip link set " + side + " up");
        }
        start(relay, "relay", "left", "right", Integer.toString(delayMillis));
    }

    private static void join(String host, String side) {
        Tools.here()
                .run(
                        "ip",
                        "link",
                        "add",
                        LINK,
                        "netns",
                        name(host),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        side,
                        "netns",
                        name("relay"))
                .expectSuccess();
    }

    private static void up(Tools host, String address) {
        run(host, "ip link set lo up");
        run(host, "ip addr add " + address + "/24 dev " + LINK);
        run(host, "ip link set " + LINK + " up");
    }

    private static void run(Tools host, String command) {
        host.run(command.split(" ", -1)).expectSuccess();
    }

    /** Runs a command on the near host. */
    void near(String command) {
        run(near, command);
    }

    /** Runs a command in the namespace of the relay, whose interface towards the far host is {@code right}. */
    void relay(String command) {
        run(relay, command);
    }

    /** Runs a command on the far host. */
    void far(String command) {
        run(far, command);
    }

    /** Starts the server of a connection on the far host, then its client on the near host; both words of behaviour and options. */
    void connect(int port, String server, String client) {
        start(far, words("server", FAR_ADDRESS, port, server));
        start(near, words("client", FAR_ADDRESS, port, client));
    }

    /** Starts both on the near host. */
    void connectLocally(int port, String server, String client) {
        start(near, words("server", LOOPBACK, port, server));
        start(near, words("client", LOOPBACK, port, client));
    }

    private static String[] words(String role, String address, int port, String behaviour) {
        List<String> words = new ArrayList<>(List.of(role, address, Integer.toString(port)));
        words.addAll(List.of(behaviour.split(" ", -1)));
        return words.toArray(String[]::new);
    }

    /** Starts an endpoint, and waits until it is ready. */
    private void start(Tools host, String... arguments) {
        List<String> line = new ArrayList<>(host.prefix());
        line.addAll(List.of("python3", script.toString()));
        line.addAll(List.of(arguments));
        try {
            Process process = host.start(line, Map.of());
            processes.push(process);
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            if (!"ready".equals(out.readLine())) {
                String reason = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                throw new AssertionError("not ready: " + String.join(" ", line) + "\n" + reason);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("start " + String.join(" ", line), failed);
        }
    }

    @Override
    public void close() {
        List<Process> running = processes.stream()
                .filter(process -> !ended(process.destroyForcibly()))
                .toList();
        List<String> left = namespaces.stream()
                .filter(name -> Tools.here().run("ip", "netns", "del", name).status() != 0)
                .toList();
        if (!running.isEmpty() || !left.isEmpty()) {
            throw new AssertionError("could not end " + running + " or remove the network namespaces " + left);
        }
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the endpoints stop", interrupted);
        }
    }
}
