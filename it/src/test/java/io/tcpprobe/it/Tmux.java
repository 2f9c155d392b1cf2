package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A program on a terminal of tmux(1), whose screen a test can read, type on and resize. Each has a server of its own. */
final class Tmux implements AutoCloseable {
    /** The program that its tests must name in {@link Needs}. */
    static final String PROGRAM = "tmux";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String server = "tcpprobe-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

    private Tmux() {}

    /**
     * Starts a program; before, and when it has ended, the shell prints how the terminal passes keys.
     *
     * @param folder for the shell's script
     * @param line the command line
     */
    static Tmux start(Path folder, int columns, int rows, List<String> line) throws IOException {
        String quoted = line.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        Path script = Files.writeString(
                folder.resolve("script.sh"),
                "trap : INT\nbefore=$(stty -g)\necho it begins\n" + quoted + "\nstatus=$?\n"
                        + "[ \"$before\" = \"$(stty -g)\" ] && echo \"ended $status, keys as before\"\nexec sleep 600\n");
        Tmux tmux = new Tmux();
        tmux.run(
                "new-session",
                "-d",
                "-x",
                Integer.toString(columns),
                "-y",
                Integer.toString(rows),
                "sh '" + script + "'");
        return tmux;
    }

    private String run(String... command) {
        List<String> line = new ArrayList<>(List.of(PROGRAM, "-u", "-L", server, "-f", "/dev/null"));
        line.addAll(List.of(command));
        return Tools.here()
                .run(line, Map.of("LC_ALL", "C.UTF-8", "TMUX", "", "NO_COLOR", ""), "")
                .expectSuccess();
    }

    /** Presses keys, named as in tmux(1): "Down", "Enter", "q". */
    void press(String... keys) {
        List<String> command = new ArrayList<>(List.of("send-keys"));
        command.addAll(List.of(keys));
        run(command.toArray(String[]::new));
    }

    /** Types a text. */
    void type(String text) {
        run("send-keys", "-l", text);
    }

    /** Changes the size of the terminal. */
    void resize(int columns, int rows) {
        run("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /** Returns the text of the screen. */
    String screen() {
        return run("capture-pane", "-p");
    }

    /** Returns the text of the screen with the sequences of its styles. */
    String styledScreen() {
        return run("capture-pane", "-e", "-p");
    }

    /** Returns true while the program uses the alternate screen. */
    boolean alternate() {
        return run("display-message", "-p", "#{alternate_on}").strip().equals("1");
    }

    /** Waits until the screen is right, and returns it. */
    String await(String what, Predicate<String> right) {
        return Waiting.until(what, this::screen, right);
    }

    /** Waits until a text is on the screen, and returns the screen. */
    String await(String text) {
        return await("'" + text + "'", screen -> screen.contains(text));
    }

    @Override
    public void close() {
        run("kill-server");
    }
}
