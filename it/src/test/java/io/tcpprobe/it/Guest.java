package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel that runs under QEMU, without hardware virtualization, and runs commands from a serial port. Its messages go through another
 * port to a file. Closing it ends it.
 */
final class Guest implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Pattern END = Pattern.compile("(.*)guest: exit (\\d+)");

    /** The guest's answer to a line of which characters were lost: it has run nothing. */
    private static final String AGAIN = "guest: again";

    private static final int MAX_LOSSES = 3;

    /** The maximum lifetime of a guest, even if the JVM is killed. */
    private static final String LIFE_SECONDS = "1800";

    private final Process process;
    private final Path messages;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private Guest(Process process, Path messages) {
        this.process = process;
        this.messages = messages;
        Thread.startVirtualThread(this::read);
    }

    /**
     * Boots a kernel.
     *
     * @param initrd its files
     * @param options additional options for QEMU: memory, disks, networks
     */
    static Guest boot(GuestKernel kernel, Path initrd, String... options) {
        Path messages = initrd.resolveSibling("messages");
        List<String> line = new ArrayList<>(List.of("timeout", LIFE_SECONDS));
        line.addAll(kernel.machine(messages));
        // One thread for both processors: with one each, a guest crashed at an int3 that its kernel had already
        // patched away, which happens when a tracepoint is hooked (docs/decisions.md).
        line.addAll(List.of("-accel", "tcg,thread=single", "-smp", "2", "-nodefaults", "-no-reboot"));
        line.addAll(List.of("-display", "none"));
        line.addAll(List.of("-kernel", kernel.image().toString(), "-initrd", initrd.toString()));
        // A: lets failslab fail allocations of this cache; since 6.2 this can also be set after the boot.
        line.addAll(List.of(
                "-append",
                kernel.ports() + " panic=-1 oops=panic quiet slab_nomerge slub_debug=A,tcp_probe_plus_flow"));
        line.addAll(List.of(options));
        try {
            Guest guest = new Guest(Tools.here().start(line, Map.of()), messages);
            guest.answer("boot " + kernel.series()).orElseThrow().expectSuccess();
            return guest;
        } catch (IOException failed) {
            throw new UncheckedIOException("start " + String.join(" ", line), failed);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(line -> lines.add(Optional.of(line)));
        } catch (IOException | UncheckedIOException closed) {
            lines.add(Optional.of("(no more can be read: " + closed.getMessage() + ")"));
        }
        lines.add(Optional.empty());
    }

    /** Runs a shell script. Its background processes must redirect their output. */
    Tools.Result run(String script) {
        for (int losses = 0; losses <= MAX_LOSSES; losses++) {
            try {
                send(script);
            } catch (IOException failed) {
                throw new AssertionError("the guest has ended:\n" + messages(), failed);
            }
            Optional<Tools.Result> answer = answer(script);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new AssertionError("the serial port loses characters of every line; the last one was:\n" + script);
    }

    private void send(String script) throws IOException {
        String encoded = Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8));
        String line = encoded.length() + ":" + encoded + "\n";
        process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** Returns the result of a script; empty if the guest has not run it because characters of it were lost. */
    private Optional<Tools.Result> answer(String script) {
        StringBuilder out = new StringBuilder();
        while (true) {
            String line = next(script, out);
            if (line.equals(AGAIN)) {
                return Optional.empty();
            }
            Matcher end = END.matcher(line);
            if (end.matches()) {
                return Optional.of(new Tools.Result(
                        List.of(script),
                        Integer.parseInt(end.group(2)),
                        out.append(end.group(1)).toString(),
                        ""));
            }
            out.append(line).append('\n');
        }
    }

    private String next(String script, StringBuilder out) {
        Optional<String> line;
        try {
            line = lines.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the guest runs " + script, interrupted);
        }
        if (line == null || line.isEmpty()) {
            process.destroy();
            String what = line == null ? "is silent for " + DEADLINE.toSeconds() + " s" : "has ended";
            throw new AssertionError("the guest " + what + " in:\n" + script + "\n" + out + "\n" + messages());
        }
        return line.get();
    }

    /** Returns the kernel's messages on the console: panics, and messages more severe than a warning. */
    private String messages() {
        try {
            return !Files.exists(messages) ? "" : Files.readString(messages, StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            return "(its messages cannot be read: " + failed.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        try {
            send("poweroff -f");
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException ended) {
            System.err.println(
                    "the guest has ended before it was told to (" + ended.getMessage() + "):\n" + messages());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while the guest powers off", interrupted);
        } finally {
            process.destroy(); // timeout passes the signal on to QEMU
        }
    }
}
