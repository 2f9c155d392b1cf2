package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A guest with the Linux module, servers on loopback, and the functions of its scripts: guest/module.sh. The server at port 5005 loses
 * segments.
 */
final class ModuleGuest implements AutoCloseable {
    /** Loads the module so that every segment produces a record. */
    static final String EVERY_SEGMENT = "load bufsize=16384 probetime=0 full=1\n";

    private static final Pattern TROUBLE = Pattern.compile(
            "\\b(BUG|WARNING|Oops|Call Trace|stall|memory leaks|general protection|unable to handle)\\b",
            Pattern.CASE_INSENSITIVE);

    private final Guest guest;

    private ModuleGuest(Guest guest) {
        this.guest = guest;
    }

    /** Builds the module, which must not cause any warning, and boots. */
    static ModuleGuest boot(GuestKernel kernel) {
        KernelModule module = KernelModule.of(kernel);
        Tools.Result made = module.make("check");
        made.expectSuccess();
        assertEquals(List.of(), KernelModule.complaints(made), "what compiler and sparse have to say");
        Path initrd = new GuestFiles(kernel, Path.of("target/guest", kernel.series()))
                .add(module.file(), "tcp_probe_plus.ko")
                .script("module.sh")
                .program("traffic")
                .program("reader")
                .pack();
        ModuleGuest booted = new ModuleGuest(Guest.boot(kernel, initrd, "-m", "512"));
        booted.run("for port in 5001 5003; do traffic serve $port >/dev/null 2>&1 & done");
        booted.run("traffic serve 5005 lossy >/dev/null 2>&1 &");
        booted.run("dmesg -c >/dev/null"); // later kernel messages concern the module
        return booted;
    }

    /** Runs a script that must succeed. */
    String run(String script) {
        return guest.run(". /module.sh\n" + script).expectSuccess();
    }

    /** Runs clients while another process reads the records. */
    List<RecordLine> record(String clients) {
        return RecordLine.parseAll(run("start_reader\n" + clients + "\nstop_reader"));
    }

    /** Returns the module's counters. */
    ModuleCounters statistics() {
        return ModuleCounters.parse(run("cat $statistics"));
    }

    /** Stops the remaining processes of a test and removes the module. The kernel's log must then be free of warnings. */
    void cleanUp() {
        run("clean_up");
        String log = run("dmesg -c");
        assertTrue(log.lines().noneMatch(line -> TROUBLE.matcher(line).find()), log);
    }

    /** Returns the records of the flows whose local endpoint begins with this text. */
    static List<RecordLine> from(String source, List<RecordLine> records) {
        return records.stream()
                .filter(record -> record.source().startsWith(source))
                .toList();
    }

    /** Returns the records of the flows whose remote endpoint has this port. */
    static List<RecordLine> toPort(int port, List<RecordLine> records) {
        return records.stream()
                .filter(record -> record.destination().endsWith(":" + port))
                .toList();
    }

    @Override
    public void close() {
        guest.close();
    }
}
