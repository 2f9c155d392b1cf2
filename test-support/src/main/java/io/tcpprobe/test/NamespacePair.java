package io.tcpprobe.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Two network namespaces, joined by a pair of virtual interfaces that are both called {@link #LINK}:
 *
 * <pre>
 *   left 10.98.0.1 fd98::1  ----------  fd98::2 10.98.0.2 right
 * </pre>
 *
 * <p>Whatever happens, {@link #close} removes all of it. Needs root.
 */
public final class NamespacePair implements AutoCloseable {
    public static final String LINK = "link0";
    public static final String LEFT_IPV4 = "10.98.0.1";
    public static final String RIGHT_IPV4 = "10.98.0.2";
    public static final String IPV4_NETWORK = "10.98.0.0/24";
    public static final String LEFT_IPV6 = "fd98::1";
    public static final String RIGHT_IPV6 = "fd98::2";

    private final Deque<String> made = new ArrayDeque<>();
    private final String left = "tcpprobe-" + ProcessHandle.current().pid() + "-left";
    private final String right = "tcpprobe-" + ProcessHandle.current().pid() + "-right";

    private NamespacePair() {}

    /** Creates both. */
    public static NamespacePair open() {
        NamespacePair opened = new NamespacePair();
        boolean complete = false;
        try {
            opened.make();
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private void make() {
        for (String name : List.of(left, right)) {
            run("ip", "netns", "add", name);
            made.push(name);
        }
        run("ip", "link", "add", LINK, "netns", left, "type", "veth", "peer", "name", LINK, "netns", right);
        configure(left, LEFT_IPV4, LEFT_IPV6);
        configure(right, RIGHT_IPV4, RIGHT_IPV6);
    }

    private static void configure(String name, String ipv4, String ipv6) {
        run("ip", "-n", name, "link", "set", "lo", "up");
        run("ip", "-n", name, "addr", "add", ipv4 + "/24", "dev", LINK);
        // nodad: the address can be used at once
        run("ip", "-n", name, "addr", "add", ipv6 + "/64", "dev", LINK, "nodad");
        // One segment per packet: otherwise one lost packet would be forty segments, and too few packets could be lost.
        run("ip", "-n", name, "link", "set", LINK, "gso_max_segs", "1");
        run("ip", "-n", name, "link", "set", LINK, "up");
    }

    /** Returns the name of the left namespace. */
    public String left() {
        return left;
    }

    /** Returns the name of the right namespace. */
    public String right() {
        return right;
    }

    /** Removes the right namespace before {@link #close}. */
    public void removeRight() {
        run("ip", "netns", "del", right);
        made.remove(right);
    }

    /** Runs a command in a namespace, as {@link #run}. */
    public static String inside(String namespace, String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(List.of(command));
        return run(words.toArray(String[]::new));
    }

    /**
     * Runs a command and returns its output.
     *
     * @throws UncheckedIOException if it fails; the message has the output
     */
    public static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", command) + ": interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!made.isEmpty()) {
            try {
                run("ip", "netns", "del", made.pop());
            } catch (RuntimeException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
