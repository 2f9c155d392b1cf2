package io.tcpprobe.it;

import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs of the system, each to its end and with a deadline.
 *
 * @param prefix what every command line begins with: nothing, or what takes it into a network namespace
 */
public record Tools(List<String> prefix) {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    /** Where Debian keeps the tools of administrators, who are not the only ones to run tests. */
    private static final String MORE_FOLDERS = ":/usr/sbin:/sbin";

    /** Platform threads: a virtual one that reads a pipe holds a processor of the others meanwhile. */
    private static final Executor READERS = work -> Thread.ofPlatform().daemon().start(work);

    /**
     * What a program left.
     *
     * @param command its command line
     * @param status its exit status
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    public record Result(List<String> command, int status, String out, String err) {
        /**
         * Its standard output.
         *
         * @throws AssertionError if it failed; the message has all that it wrote
         */
        public String expectSuccess() {
            if (status != 0) {
                throw new AssertionError("it failed: " + this);
            }
            return out;
        }

        /** All that it wrote. */
        public String all() {
            return out + err;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + "\nexit status " + status + "\n" + out + err;
        }
    }

    /** Tools that run where the tests run. */
    public static Tools here() {
        return new Tools(List.of());
    }

    /** Whether a program can be found. */
    public static boolean present(String program) {
        return Stream.of(path().split(":", -1))
                .map(folder -> Path.of(folder, program))
                .anyMatch(Files::isExecutable);
    }

    private static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + MORE_FOLDERS;
    }

    /** Runs a program. */
    public Result run(String... command) {
        return run(List.of(command), Map.of(), "");
    }

    /**
     * Runs a program.
     *
     * @param environment what to add to this process's environment
     * @param input what it reads from standard input
     */
    public Result run(List<String> command, Map<String, String> environment, String input) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(command);
        try {
            Process process = start(line, environment);
            try {
                return finish(process, line, input);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("run " + String.join(" ", line), failed);
        }
    }

    /** Starts a program and leaves it running; whoever calls ends it. */
    public Process start(List<String> line, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith(Settings.ENVIRONMENT_PREFIX)); // the tester's own
        builder.environment().put("PATH", path());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result finish(Process process, List<String> line, String input) throws IOException {
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), READERS);
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), READERS);
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            if (process.isAlive()) {
                throw closed; // else it ended without reading, as it may
            }
        }
        try {
            if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + DEADLINE.toSeconds() + " s: " + String.join(" ", line)
                        + "\n" + out.join() + err.join());
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while running " + String.join(" ", line), interrupted);
        }
        return new Result(line, process.exitValue(), out.join(), err.join());
    }

    private static String readAll(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
