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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs of the system until they end, with a deadline.
 *
 * @param prefix the first words of every command line: none, or a command that enters a network namespace
 */
public record Tools(List<String> prefix) {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    /** Debian's directories of administration tools, which are not in the PATH of other users. */
    private static final String MORE_FOLDERS = ":/usr/sbin:/sbin";

    /** Platform threads: a virtual thread that reads a pipe would block its carrier thread. */
    private static final Executor READERS = work -> Thread.ofPlatform().daemon().start(work);

    /**
     * The result of a program.
     *
     * @param command its command line
     * @param status its exit status
     * @param out its standard output
     * @param err its standard error
     */
    public record Result(List<String> command, int status, String out, String err) {
        /**
         * Returns its standard output.
         *
         * @throws AssertionError if it failed; the message has all its output
         */
        public String expectSuccess() {
            if (status != 0) {
                throw new AssertionError("it failed: " + this);
            }
            return out;
        }

        /** Returns all its output. */
        public String all() {
            return out + err;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + "\nexit status " + status + "\n" + out + err;
        }
    }

    /** Returns tools that run where the tests run. */
    public static Tools here() {
        return new Tools(List.of());
    }

    /** Returns true if a program is installed. */
    public static boolean present(String program) {
        return find(program).isPresent();
    }

    /** Returns the file of a program that is installed. */
    static Path path(String program) {
        return find(program).orElseThrow(() -> new IllegalStateException(program + " is not installed"));
    }

    private static Optional<Path> find(String program) {
        return Stream.of(path().split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
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
     * @param environment variables to add to this process's environment
     * @param input its standard input
     */
    public Result run(List<String> command, Map<String, String> environment, String input) {
        return run(command, environment, input, DEADLINE);
    }

    /** Runs a program that may take longer than others. */
    Result run(List<String> command, Map<String, String> environment, String input, Duration deadline) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(command);
        try {
            Process process = start(line, environment);
            try {
                return finish(process, line, input, deadline);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("run " + String.join(" ", line), failed);
        }
    }

    /** Starts a program and leaves it running; the caller must end it. */
    public Process start(List<String> line, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith(Settings.ENVIRONMENT_PREFIX)); // that of the user who runs the tests
        builder.environment().put("PATH", path());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result finish(Process process, List<String> line, String input, Duration deadline)
            throws IOException {
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), READERS);
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), READERS);
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            if (process.isAlive()) {
                throw closed; // otherwise it ended without reading its input, which is allowed
            }
        }
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + deadline.toSeconds() + " s: " + String.join(" ", line)
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
