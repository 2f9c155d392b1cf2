package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where BBR keeps its values: the members of {@code struct bbr} (net/ipv4/tcp_bbr.c) in the type information of the kernel, or of
 * the module tcp_bbr once that is loaded. Members that this kernel does not have stay unknown.
 */
final class BbrState {
    /** The values, in the order of {@code struct bbr_places} of tcpprobe.h. */
    enum Value {
        MIN_RTT("min_rtt_us"),
        MODE("mode"),
        BANDWIDTH("bw"),
        LONG_TERM_BANDWIDTH("lt_bw"),
        USES_LONG_TERM("lt_use_bw"),
        PACING_GAIN("pacing_gain"),
        CWND_GAIN("cwnd_gain");

        private final String member;

        Value(String member) {
            this.member = member;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(BbrState.class);
    private static final String STRUCT = "bbr";
    private static final String MODULE = "tcp_bbr";
    private static final Path MODULE_TYPES = Path.of("/sys/kernel/btf", MODULE);

    private final BpfSettings settings;
    private boolean done;

    /**
     * @param settings what is found is written to them
     * @param places what {@link #places} has found
     */
    BbrState(BpfSettings settings, List<Integer> places) {
        this.settings = settings;
        write(places);
    }

    /** Returns the place of each value, encoded as in {@code struct bbr_places}; 0 = unknown. */
    static List<Integer> places(KernelTypes kernel) {
        return kernel.memberWords(
                MODULE,
                STRUCT,
                Arrays.stream(Value.values()).map(value -> value.member).toList());
    }

    /** Looks again if the module was loaded since; costs one system call if not. */
    void update() {
        if (done || !Files.exists(MODULE_TYPES)) {
            return;
        }
        done = true; // also if it fails: it would each time
        try {
            Libbpf libbpf = BpfObject.library();
            try (KernelTypes kernel = new KernelTypes(libbpf)) {
                write(places(kernel));
            }
        } catch (IOException failed) {
            LOG.warn("read the types of module {}: {}; the fields of BBR are absent", MODULE, failed.getMessage());
        }
    }

    private void write(List<Integer> places) {
        if (places.stream().anyMatch(place -> place != 0)) {
            done = true;
            List<Integer> all = new ArrayList<>(places);
            all.add(present(places));
            settings.bbr(all);
        }
    }

    /** Returns which fields of a row are known, as {@code bbr_places.present} of tcpprobe.h has it. */
    private static int present(List<Integer> places) {
        List<List<Value>> needed = List.of(
                List.of(Value.BANDWIDTH, Value.LONG_TERM_BANDWIDTH, Value.USES_LONG_TERM),
                List.of(Value.MIN_RTT),
                List.of(Value.PACING_GAIN),
                List.of(Value.CWND_GAIN),
                List.of(Value.MODE));
        List<Value> order = List.of(Value.values());
        int present = 0;
        for (int field = 0; field < needed.size(); field++) {
            if (needed.get(field).stream().allMatch(value -> places.get(order.indexOf(value)) != 0)) {
                present |= 1 << field;
            }
        }
        return present;
    }
}
