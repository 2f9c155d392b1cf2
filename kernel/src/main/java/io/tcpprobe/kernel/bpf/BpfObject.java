package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The programs and maps of an object file, loaded into the kernel. They are unloaded when this is closed or the process ends.
 */
final class BpfObject implements AutoCloseable {
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");

    private static final int READ_BYTES = 32768; // an iterator's output between reads

    /** {@code struct bpf_prog_info}: __u64 run_time_ns, run_cnt and recursion_misses. */
    private static final int INFO_BYTES = 232;

    private static final int INFO_RUN_TIME = 192;
    private static final int INFO_RUNS = 200;
    private static final int INFO_MISSES = 208;

    private final Libbpf libbpf;
    private final MemorySegment object;
    private final Map<String, MemorySegment> links = new LinkedHashMap<>();

    private BpfObject(Libbpf libbpf, MemorySegment object) {
        this.libbpf = libbpf;
        this.object = object;
    }

    /** A step between opening and loading an object. */
    @FunctionalInterface
    interface Preparation {
        void prepare(Libbpf libbpf, MemorySegment object) throws IOException;
    }

    /**
     * Loads libbpf.
     *
     * @throws IOException if it is not installed, or if this host cannot run BPF programs that need relocation to the kernel's
     *     types
     */
    static Libbpf library() throws IOException {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IOException("load BPF object: it is built for little-endian machines only");
        }
        if (!Files.exists(BTF)) {
            throw new IOException("load BPF object: the kernel has no BTF (" + BTF
                    + "); run a kernel that was built with CONFIG_DEBUG_INFO_BTF=y");
        }
        return Libbpf.open();
    }

    /**
     * Loads the programs of an object file into the kernel; attaches nothing.
     *
     * @param preparation selects the programs to load, and sets the sizes of maps
     * @throws LoadRefusedException if the kernel or libbpf refuses it
     * @throws IOException if this host cannot run any; the message states the cause and the remedy
     */
    static BpfObject load(byte[] file, Preparation preparation) throws IOException {
        Libbpf libbpf = library();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, file);
            return explained(libbpf, () -> load(libbpf, copy, preparation));
        }
    }

    private static BpfObject load(Libbpf libbpf, MemorySegment file, Preparation preparation) throws IOException {
        BpfObject opened = new BpfObject(libbpf, libbpf.openObject(file, "tcpprobe"));
        try {
            preparation.prepare(libbpf, opened.object);
            libbpf.load(opened.object);
            return opened;
        } catch (IOException failed) {
            opened.close();
            throw failed;
        }
    }

    /** Calls of libbpf. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    /** Calls libbpf; its messages about a failure are in the exception. */
    static <T> T explained(Libbpf libbpf, Step<T> step) throws IOException {
        synchronized (BpfObject.class) { // libbpf has a single print function
            try (LibbpfMessages messages = new LibbpfMessages(libbpf)) {
                try {
                    return step.run();
                } catch (ErrnoException failed) {
                    throw LoadRefusedException.of(failed, messages.failure());
                }
            }
        }
    }

    /**
     * Attaches a program to its hook until this is closed. Attaching an iterator does not run it.
     *
     * @throws LoadRefusedException if the kernel or libbpf refuses it
     */
    MemorySegment attach(String program) throws IOException {
        MemorySegment link =
                explained(libbpf, () -> libbpf.attach(libbpf.program(object, program), "BPF program " + program));
        links.put(program, link);
        return link;
    }

    /**
     * Attaches several programs, or none of them.
     *
     * @throws LoadRefusedException if the kernel or libbpf refuses one
     */
    void attach(List<String> programs) throws IOException {
        for (String program : programs) {
            try {
                attach(program);
            } catch (LoadRefusedException refused) {
                for (String attached : programs) {
                    detach(attached);
                }
                throw refused;
            }
        }
    }

    /** Detaches a program if it is attached; it stays loaded. */
    void detach(String program) throws IOException {
        MemorySegment link = links.remove(program);
        if (link != null) {
            libbpf.destroyLink(link);
        }
    }

    /** Returns the link of a program; null if it is not attached. */
    @Nullable
    MemorySegment link(String program) {
        return links.get(program);
    }

    /** Returns the file descriptor of a map, which this object closes. */
    int mapFd(String map) throws IOException {
        return libbpf.mapFd(libbpf.map(object, map));
    }

    /** Runs an iterator to its end in the network namespace of this thread. Its output is discarded. */
    void iterate(MemorySegment link) throws IOException {
        iterate(link, _ -> {});
    }

    /**
     * Runs an iterator to its end in the network namespace of this thread.
     *
     * @param written receives the output in pieces; they hold whole objects if the size of an object divides
     *     {@link #READ_BYTES}
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

    /**
     * Returns the number of bytes read; -1 if the kernel has interrupted the run after a million objects (EAGAIN) and will
     * resume it.
     */
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
     * The statistics of the kernel about a program.
     *
     * @param nanos run time; this and the count are recorded only while kernel.bpf_stats_enabled is 1
     * @param misses number of runs skipped because it was already running on that CPU
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
        for (MemorySegment link : links.values()) {
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
