package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs and maps of tcpprobe.bpf.o in the kernel. They are gone when this is closed or the process ends. */
final class BpfObject implements AutoCloseable {
    private static final String FILE = "tcpprobe.bpf.o";
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final String CA_STATE_TRACEPOINT = "tcp_cong_state_set"; // Linux 5.19
    private static final String CAST = "bpf_rdonly_cast"; // Linux 6.2
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

    /** Linux 5.15: from then on a sweep holds the socket's lock. Thousands are the major version. */
    private static final int LEAST_KERNEL = 5_015;

    private static final int READ_BYTES = 32768; // what an iterator writes before it lets it be read

    /** {@code struct bpf_prog_info}: __u64 run_time_ns, run_cnt and recursion_misses. */
    private static final int INFO_BYTES = 232;

    private static final int INFO_RUN_TIME = 192;
    private static final int INFO_RUNS = 200;
    private static final int INFO_MISSES = 208;

    private final Libbpf libbpf;
    private final MemorySegment object;
    private final List<MemorySegment> links = new ArrayList<>();

    /** The programs that are loaded on some kernels only; the first is the one that sees every segment. */
    private final List<String> chosen = new ArrayList<>();

    private BpfObject(Libbpf libbpf, MemorySegment object) {
        this.libbpf = libbpf;
        this.object = object;
    }

    /**
     * Loads our programs into the kernel; attaches nothing.
     *
     * @param samplesBytes the size of the ring of samples, a power of two and at least a page
     * @throws IOException if this host cannot run it; the message says why and what to do
     */
    static BpfObject load(int samplesBytes) throws IOException {
        requireKernel(System.getProperty("os.version"));
        List<String> chosen = new ArrayList<>();
        BpfObject loaded = load(file(), (libbpf, object) -> {
            libbpf.setMaxEntries(libbpf.map(object, "events"), EventRing.EVENTS_BYTES);
            libbpf.setMaxEntries(libbpf.map(object, "samples"), samplesBytes);
            chosen.add(libbpf.hasFunction(CAST) ? "on_segment" : "on_segment_old");
            if (libbpf.hasTracepoint(CA_STATE_TRACEPOINT)) {
                chosen.add("on_ca_state");
            }
            for (String program : chosen) {
                libbpf.include(libbpf.program(object, program));
            }
        });
        loaded.chosen.addAll(chosen);
        return loaded;
    }

    /** Refuses kernels on which two programs could write a row at a time; a name that is no version is let through. */
    static void requireKernel(String release) throws IOException {
        Matcher version = RELEASE.matcher(release);
        if (version.matches()
                && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) < LEAST_KERNEL) {
            throw new IOException("load BPF object: the kernel is " + release + "; run Linux 5.15 or later");
        }
    }

    /** Attaches the programs that see what happens. */
    void attachAll() throws IOException {
        attach("on_destroy"); // what takes flows out comes before what puts them in
        attach("on_state");
        for (String program : chosen.reversed()) {
            attach(program);
        }
    }

    /** The program that sees every segment. */
    String segmentProgram() {
        return chosen.getFirst();
    }

    /** Something that is done with an object between opening and loading. */
    @FunctionalInterface
    interface Preparation {
        void prepare(Libbpf libbpf, MemorySegment object) throws IOException;
    }

    /** Loads any object file; for measurements. */
    static BpfObject load(byte[] file, Preparation preparation) throws IOException {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IOException("load BPF object: it is built for little-endian machines only");
        }
        if (!Files.exists(BTF)) {
            throw new IOException("load BPF object: the kernel has no BTF (" + BTF
                    + "); run a kernel that was built with CONFIG_DEBUG_INFO_BTF=y");
        }
        Libbpf libbpf = Libbpf.open();
        synchronized (BpfObject.class) { // libbpf has one listener for messages
            try (LibbpfMessages messages = new LibbpfMessages(libbpf);
                    Arena arena = Arena.ofConfined()) {
                return load(libbpf, messages, arena.allocateFrom(ValueLayout.JAVA_BYTE, file), preparation);
            }
        }
    }

    private static BpfObject load(Libbpf libbpf, LibbpfMessages messages, MemorySegment file, Preparation preparation)
            throws IOException {
        try {
            BpfObject opened = new BpfObject(libbpf, libbpf.openObject(file, "tcpprobe"));
            try {
                preparation.prepare(libbpf, opened.object);
                libbpf.load(opened.object);
                return opened;
            } catch (IOException failed) {
                opened.close();
                throw failed;
            }
        } catch (ErrnoException failed) {
            throw new IOException(explain(failed, messages.warnings()), failed);
        }
    }

    private static byte[] file() throws IOException {
        try (InputStream in = BpfObject.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException("read " + FILE + ": it is not in the jar; build it with src/main/c/bpf/build.sh");
            }
            return in.readAllBytes();
        }
    }

    private static String explain(ErrnoException failed, List<String> warnings) throws IOException {
        if (failed.errno() == ErrnoException.EPERM || failed.errno() == ErrnoException.EACCES) {
            Privileges mine = Privileges.ofThisProcess();
            if (failed.errno() == ErrnoException.EPERM || !mine.missing().isEmpty()) {
                return failed.getMessage() + " (" + (failed.errno() == ErrnoException.EPERM ? "EPERM" : "EACCES")
                        + "); " + mine.explainRefusal();
            }
        }
        String said = warnings.stream()
                .map(BpfObject::lastWord)
                .distinct()
                .limit(3)
                .reduce((a, b) -> a + "; " + b)
                .orElse("libbpf says no more");
        return failed.getMessage() + ": " + said + "; needs Linux 5.15 or later with the tracepoint tcp_probe";
    }

    /** What a message ends with: the reason, if it is the verifier's log. */
    private static String lastWord(String message) {
        return message.lines()
                .filter(line -> !line.startsWith("-- ") && !line.startsWith("processed "))
                .reduce("", (_, last) -> last);
    }

    /** Attaches a program to what it is for, until this is closed. An iterator does not run by that. */
    MemorySegment attach(String program) throws IOException {
        try {
            MemorySegment link = libbpf.attach(libbpf.program(object, program), "BPF program " + program);
            links.add(link);
            return link;
        } catch (ErrnoException failed) {
            throw new IOException(explain(failed, List.of()), failed);
        }
    }

    /** The file descriptor of a map; it stays ours. */
    int mapFd(String map) throws IOException {
        return libbpf.mapFd(libbpf.map(object, map));
    }

    /** Runs an iterator from its beginning to its end, in the network namespace of this thread. What it writes is left. */
    void iterate(MemorySegment link) throws IOException {
        iterate(link, _ -> {});
    }

    /**
     * Runs an iterator from its beginning to its end, in the network namespace of this thread.
     *
     * @param written gets what the iterator writes, piece by piece; whole objects, if their size divides {@link #READ_BYTES}
     */
    void iterate(MemorySegment link, Consumer<MemorySegment> written) throws IOException {
        int fd = libbpf.createIterator(link);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(READ_BYTES, Long.BYTES);
            for (long length = read(fd, buffer); length != 0; length = read(fd, buffer)) {
                if (length > 0) {
                    written.accept(buffer.asSlice(0, length));
                }
            }
        } finally {
            Libc.close(fd);
        }
    }

    /** How many bytes came; -1: the kernel broke the run off after a million objects (EAGAIN), and takes it up again. */
    private static long read(int fd, MemorySegment buffer) throws IOException {
        try {
            return Libc.read(fd, buffer);
        } catch (ErrnoException failed) {
            if (failed.errno() == ErrnoException.EAGAIN) {
                return -1;
            }
            throw failed;
        }
    }

    /**
     * What the kernel has counted of a program.
     *
     * @param nanos time it ran and runs, both counted only while kernel.bpf_stats_enabled is 1
     * @param misses times it was left out because it ran on that CPU already
     */
    record Runs(long nanos, long count, long misses) {}

    Runs runs(String program) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, 8);
            libbpf.programInfo(libbpf.programFd(libbpf.program(object, program)), info);
            return new Runs(
                    info.get(ValueLayout.JAVA_LONG, INFO_RUN_TIME),
                    info.get(ValueLayout.JAVA_LONG, INFO_RUNS),
                    info.get(ValueLayout.JAVA_LONG, INFO_MISSES));
        }
    }

    Libbpf libbpf() {
        return libbpf;
    }

    @Override
    public void close() {
        IOException first = null;
        for (MemorySegment link : links) {
            try {
                libbpf.destroyLink(link);
            } catch (IOException failed) {
                first = first == null ? failed : first;
            }
        }
        links.clear();
        libbpf.closeObject(object);
        if (first != null) {
            throw new java.io.UncheckedIOException(first);
        }
    }
}
