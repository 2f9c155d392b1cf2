package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program on a separate terminal (a pseudo-terminal created by script(1)), which a test can read and type on. */
final class TerminalProcess implements AutoCloseable {
    /** The program that its tests must name in {@link Needs}. */
    static final String PROGRAM = "script";

    static final char CTRL_C = 3;
    static final char CTRL_Z = 26;

    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final StringBuilder shown = new StringBuilder();
    private final Thread reader;
    private int read;

    private TerminalProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /** Starts a program. */
    static TerminalProcess start(List<String> line, Map<String, String> environment) throws IOException {
        String quoted = line.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        List<String> script =
                List.of(PROGRAM, "--quiet", "--flush", "--return", "--command", "exec " + quoted, "/dev/null");
        return new TerminalProcess(Tools.here().start(script, environment));
    }

    private void read() {
        try (Reader text = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int character = text.read(); character >= 0; character = text.read()) {
                synchronized (shown) {
                    shown.append((char) character);
                }
            }
        } catch (IOException closed) {
            synchronized (shown) {
                shown.append("(no more can be read: ")
                        .append(closed.getMessage())
                        .append(')');
            }
        }
    }

    /** Returns all output to the terminal, with line ends and control characters unchanged. */
    String output() {
        synchronized (shown) {
            return shown.toString();
        }
    }

    /** Waits until this text appears, after the text awaited before. */
    TerminalProcess await(String text) {
        Waiting.until("'" + text + "'", this::output, all -> all.indexOf(text, read) >= 0);
        read = output().indexOf(text, read) + text.length();
        return this;
    }

    /** Types a line. */
    TerminalProcess type(String line) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write((line + "\r").getBytes(StandardCharsets.UTF_8));
        keys.flush();
        return this;
    }

    /** Presses a key that the terminal converts to a signal. */
    TerminalProcess press(char key) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write(key);
        keys.flush();
        return this;
    }

    /** Returns the process of the program, once it runs. */
    ProcessHandle program() {
        return Waiting.until("the program", () -> process.descendants().findFirst(), found -> found.isPresent())
                .orElseThrow();
    }

    /** Waits until the program ends, and returns its exit status; 128 and above for a signal. */
    int end() throws InterruptedException {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it goes on; it has shown: " + output());
        }
        reader.join(STOP_SECONDS * 1000);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
