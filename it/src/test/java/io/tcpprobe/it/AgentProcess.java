package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running agent in a separate process. Closing it ends the process. */
public final class AgentProcess implements AutoCloseable {
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final List<Thread> readers;

    private AgentProcess(Process process) {
        this.process = process;
        this.readers = List.of(
                Thread.ofPlatform().daemon().start(() -> read("out: ", process.getInputStream())),
                Thread.ofPlatform().daemon().start(() -> read("err: ", process.getErrorStream())));
    }

    /**
     * Starts an agent and waits until all its connectors are open.
     *
     * @throws AssertionError if it is not ready in time; the message has its output
     */
    static AgentProcess start(AgentOptions options) {
        return start(options.tools(), options.line(List.of("run")), options.environment());
    }

    /**
     * Starts an agent by a given command line and waits until all its connectors are open.
     *
     * @param tools where it runs
     * @param command the command, without the prefix of the tools
     * @param environment variables to add to this process's environment
     * @throws AssertionError if it is not ready in time; the message has its output
     */
    public static AgentProcess start(Tools tools, List<String> command, Map<String, String> environment) {
        List<String> line = new ArrayList<>(tools.prefix());
        line.addAll(command);
        try {
            AgentProcess started = new AgentProcess(tools.start(line, environment));
            started.awaitReady();
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException("start " + String.join(" ", line), failed);
        }
    }

    private void awaitReady() {
        boolean is = false;
        try {
            is = ready.applyToEither(process.onExit().thenApply(_ -> false), yes -> yes)
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            is = false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the agent starts", interrupted);
        } finally {
            if (!is) {
                process.destroyForcibly();
            }
        }
        if (!is) {
            joinReaders();
            throw new AssertionError("the agent did not get ready in " + START_SECONDS + " s:\n" + output());
        }
    }

    private void read(String mark, InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(mark + line);
                }
                if (line.contains("ready")) {
                    ready.complete(true);
                }
            }
        } catch (IOException closed) {
            synchronized (lines) {
                lines.add("(no more can be read: " + closed.getMessage() + ")");
            }
        }
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns true if the process runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Returns all output so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Returns the address of its SNMP connector: "127.0.0.1:1161". */
    public String snmp() {
        return find("out: *snmp +udp +(\\S+)");
    }

    /** Returns the address of its HTTP connector. */
    public URI http() {
        return URI.create(find("out: *http +(http://\\S+)"));
    }

    private String find(String pattern) {
        Matcher match = Pattern.compile("^" + pattern, Pattern.MULTILINE).matcher(output());
        if (!match.find()) {
            throw new AssertionError("the agent printed nothing like '" + pattern + "':\n" + output());
        }
        return match.group(1);
    }

    /**
     * Sends a signal to stop the agent, and waits for its end.
     *
     * @param signal "TERM" or "INT"
     * @return its exit status
     * @throws AssertionError if it continues to run
     */
    int stop(String signal) {
        Tools.here().run("kill", "-" + signal, Long.toString(pid())).expectSuccess();
        if (!ended()) {
            process.destroyForcibly();
            throw new AssertionError("it goes on " + STOP_SECONDS + " s after SIG" + signal + ":\n" + output());
        }
        joinReaders();
        return process.exitValue();
    }

    private boolean ended() {
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the agent stops", interrupted);
        }
    }

    private void joinReaders() {
        try {
            for (Thread reader : readers) {
                reader.join(STOP_SECONDS * 1000);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the agent stops", interrupted);
        }
    }

    @Override
    public void close() {
        process.destroy(); // SIGTERM
        if (!ended()) {
            process.destroyForcibly();
            throw new AssertionError("the agent had to be killed:\n" + output());
        }
    }
}
