package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.SourceRefusal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads as many of our programs as the kernel accepts. libbpf loads all or none, so if one is refused, the sampler is loaded
 * alone, and then with each of the optional programs in turn. A program that traces a function, and that the kernel loads but does
 * not attach, stays loaded and does not run. The features of a kernel are detected from its types and by probing, never from its
 * version.
 */
final class SamplerLoader {
    private static final Logger LOG = LoggerFactory.getLogger(SamplerLoader.class);

    /** The programs that see every segment, in order of preference; the first one needs a function of the kernel. */
    private static final List<String> SEGMENT_PROGRAMS = List.of("on_segment", "on_segment_old");

    private static final String CAST = "bpf_rdonly_cast"; // Linux 6.2

    /** A type of kernels whose iterator over TCP sockets holds the lock of the current socket. */
    private static final String LOCKING_ITERATOR = "bpf_tcp_iter_state"; // Linux 5.15

    /** The kernel's PROC_PID_INIT_INO: its initial PID namespace has this number. */
    private static final String INITIAL_PIDS = "pid:[4026531836]";

    private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");

    private final byte[] file;
    private final int samplesBytes;
    private final int listenerRows;
    private final List<String> segmentPrograms;
    private final SocketPass.Way way;
    private final List<OptionalProgram> optionalPrograms;
    private final int smcCarrier;
    private final int placeOfRequest;
    private final int placeOfChecked;
    private final int placeOfAccepted;
    private final List<Integer> bbrPlaces;
    private final List<SourceRefusal> refusals = new ArrayList<>();

    /** Programs that trace functions and do not run, by the cause. */
    private final Map<String, Set<OptionalProgram>> untraced = new LinkedHashMap<>();

    private SamplerLoader(byte[] file, int samplesBytes, int listenerRows, SocketPass.Way way, KernelTypes kernel) {
        this.file = file;
        this.way = way;
        this.samplesBytes = samplesBytes;
        this.listenerRows = listenerRows;
        this.segmentPrograms =
                kernel.hasFunction(CAST) ? SEGMENT_PROGRAMS : SEGMENT_PROGRAMS.subList(1, SEGMENT_PROGRAMS.size());
        this.optionalPrograms = Arrays.stream(OptionalProgram.values())
                .filter(program -> program.applies(kernel))
                .toList();
        this.smcCarrier = kernel.memberOffset("smc", "smc_sock", "clcsock");
        this.placeOfRequest = kernel.placeOfResult(KernelTypes.ADD_REQUEST);
        this.placeOfChecked = kernel.placeOfResult(KernelTypes.CHECK_REQUEST);
        this.placeOfAccepted = kernel.placeOfResult(KernelTypes.ACCEPT);
        this.bbrPlaces = BbrState.places(kernel);
    }

    /**
     * Loads the programs, and attaches only the optional ones.
     *
     * @param file the object file
     * @param samplesBytes size of the ring of samples: a power of two, at least a page
     * @param listenerRows maximum number of listeners to count, at most {@link BpfListeners#ROWS}
     * @param way how sweeps find sockets
     * @throws IOException if this host cannot sample; the message states the cause and the remedy
     */
    static Sampler load(byte[] file, int samplesBytes, int listenerRows, SocketPass.Way way) throws IOException {
        Libbpf libbpf = BpfObject.library();
        try (KernelTypes kernel = BpfObject.explained(libbpf, () -> new KernelTypes(libbpf))) {
            if (!kernel.hasStruct(LOCKING_ITERATOR)) {
                throw new IOException(
                        "load BPF object: the kernel's iterator over TCP sockets does not lock them (its BTF has"
                                + " no " + LOCKING_ITERATOR
                                + "), so two programs could write a row at the same time; run Linux 5.15 or"
                                + " later, or a kernel with this change backported");
            }
            return new SamplerLoader(file, samplesBytes, listenerRows, way, kernel).load();
        }
    }

    private Sampler load() throws IOException {
        try {
            return withAll();
        } catch (LoadRefusedException refused) {
            if (refused.ofPrivilege()) {
                throw refused;
            }
            LOG.debug(
                    "{}; loading the programs one by one to find those that the kernel refuses", refused.getMessage());
        }
        refusals.clear();
        untraced.clear();
        Sampler sampler = withoutOptional();
        for (OptionalProgram program : optionalPrograms) {
            sampler = add(sampler, program);
        }
        return withRefusals(sampler);
    }

    /** Adds the refusals so far; those to trace functions are one for each cause. */
    private Sampler withRefusals(Sampler sampler) {
        List<SourceRefusal> all = new ArrayList<>(refusals);
        untraced.forEach((cause, programs) ->
                all.add(new TracingRefusal(cause, Set.copyOf(programs)).refusal(optionalPrograms)));
        return sampler.refused(all);
    }

    /** Loads all programs; without those that trace functions if the kernel does not permit that. */
    private Sampler withAll() throws IOException {
        Set<OptionalProgram> all = EnumSet.noneOf(OptionalProgram.class);
        all.addAll(optionalPrograms);
        try {
            return withRefusals(attempt(segmentPrograms.getFirst(), all));
        } catch (LoadRefusedException refused) {
            if (!refused.ofPrivilege() || way.tracesFunctions() || !all.removeIf(OptionalProgram::tracesFunctions)) {
                throw refused;
            }
        }
        Sampler sampler = attempt(segmentPrograms.getFirst(), all); // its privileges suffice
        optionalPrograms.stream()
                .filter(OptionalProgram::tracesFunctions)
                .forEach(program -> untraced(program, TracingRefusal.NOT_PERMITTED));
        return withRefusals(sampler);
    }

    private void untraced(OptionalProgram program, String cause) {
        untraced.computeIfAbsent(cause, _ -> EnumSet.noneOf(OptionalProgram.class))
                .add(program);
    }

    /** Loads the sampler without optional programs. */
    private Sampler withoutOptional() throws IOException {
        List<LoadRefusedException> failures = new ArrayList<>();
        for (String segmentProgram : segmentPrograms) {
            try {
                Sampler sampler = attempt(segmentProgram, EnumSet.noneOf(OptionalProgram.class));
                failures.forEach(
                        refused -> refuse(segmentPrograms.getFirst(), refused, segmentProgram + " is used instead"));
                return sampler;
            } catch (LoadRefusedException refused) {
                failures.add(refused);
            }
        }
        throw failures.getFirst();
    }

    private Sampler add(Sampler sampler, OptionalProgram program) throws IOException {
        Set<OptionalProgram> more = EnumSet.of(program);
        more.addAll(sampler.optional());
        try {
            Sampler added = attempt(sampler.segmentProgram(), more);
            sampler.close();
            return added;
        } catch (LoadRefusedException refused) {
            if (refused.ofPrivilege() && program.tracesFunctions()) {
                untraced(program, TracingRefusal.NOT_PERMITTED);
            } else {
                refuse(program.program(), refused, program.substitute());
            }
            return sampler;
        } catch (IOException failed) {
            sampler.close();
            throw failed;
        }
    }

    private void refuse(String program, LoadRefusedException refused, String substitute) {
        refusals.add(new SourceRefusal("bpf", program, refused.reason() + "; " + substitute, true));
    }

    private Sampler attempt(String segmentProgram, Set<OptionalProgram> optional) throws IOException {
        BpfObject object = BpfObject.load(file, (libbpf, opened) -> {
            libbpf.setMaxEntries(libbpf.map(opened, "events"), EventRing.EVENTS_BYTES);
            libbpf.setMaxEntries(libbpf.map(opened, "samples"), samplesBytes);
            setFeatures(libbpf, opened, optional);
            libbpf.include(libbpf.program(opened, segmentProgram));
            if (!Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN)) {
                libbpf.searchModules(libbpf.program(opened, segmentProgram));
            }
            for (String name : way.programs()) {
                libbpf.include(libbpf.program(opened, name));
            }
            for (OptionalProgram program : optional) {
                for (String name : program.programs()) {
                    libbpf.include(libbpf.program(opened, name));
                }
            }
        });
        try {
            return new Sampler(object, segmentProgram, attach(object, optional), bbrPlaces, List.of());
        } catch (IOException refused) {
            object.close();
            throw refused;
        }
    }

    /** Attaches optional programs; returns those that are attached. */
    private Set<OptionalProgram> attach(BpfObject object, Set<OptionalProgram> optional) throws IOException {
        Set<OptionalProgram> attached = EnumSet.noneOf(OptionalProgram.class);
        for (OptionalProgram program : optional) {
            if (!program.tracesFunctions()) {
                object.attach(program.programs());
                attached.add(program);
            }
        }
        for (OptionalProgram program : optional) {
            if (program.tracesFunctions()) {
                try {
                    object.attach(program.programs());
                    attached.add(program);
                } catch (LoadRefusedException refused) {
                    untraced(program, refused.ofPrivilege() ? TracingRefusal.NOT_PERMITTED : refused.reason());
                }
            }
        }
        return attached;
    }

    /** Sets {@code struct features} of tcpprobe.h. */
    private void setFeatures(Libbpf libbpf, MemorySegment opened, Set<OptionalProgram> optional) throws IOException {
        int caState = optional.contains(OptionalProgram.CA_STATE) ? 1 : 0;
        int retransmit = optional.contains(OptionalProgram.RETRANSMIT) ? 1 : 0;
        libbpf.setConstants(
                libbpf.map(opened, ".rodata.features"),
                caState,
                smcCarrier,
                inInitialPidNamespace() ? 1 : 0,
                retransmit,
                optional.contains(OptionalProgram.LISTENERS) ? listenerRows : 0,
                placeOfRequest,
                placeOfChecked,
                placeOfAccepted,
                optional.contains(OptionalProgram.RESET) ? 1 : 0,
                Math.toIntExact(ProcessHandle.current().pid()),
                way.tracesFunctions() ? ofPidNamespace("unix:dev") : 0,
                way.tracesFunctions() ? ofPidNamespace("unix:ino") : 0);
    }

    /** Returns the device or the inode of this process's PID namespace; both have at most 32 bits. */
    private static int ofPidNamespace(String attribute) throws IOException {
        return ((Number) Files.getAttribute(PID_NAMESPACE, attribute)).intValue();
    }

    private static boolean inInitialPidNamespace() {
        try {
            return Files.readSymbolicLink(PID_NAMESPACE).toString().equals(INITIAL_PIDS);
        } catch (IOException unreadable) {
            LOG.debug("read {}: {}", PID_NAMESPACE, unreadable.toString());
            return false;
        }
    }
}
