package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fault of many kernels that a BPF iterator over TCP sockets can trigger, CVE-2026-74714: the iterator takes a reference to a connection that
 * is just being opened and has none yet, and later the kernel frees that connection while it is in use. The source bpf reads sockets by such
 * an iterator; inet_diag does not have the fault.
 */
public final class IteratorFault {
    /** The corrected versions of the maintained branches, each with the first version of its branch that has the iterator. */
    private static final List<Branch> BRANCHES = List.of(
            new Branch(version(5, 15, 0), version(6, 1, 183)),
            new Branch(version(6, 2, 0), version(6, 6, 152)),
            new Branch(version(6, 7, 0), version(6, 12, 104)),
            new Branch(version(6, 13, 0), version(6, 18, 45)),
            new Branch(version(6, 19, 0), version(7, 1, 9)));

    /**
     * Debian's release has no patch level, but its build has: "Linux version 6.1.0-39-amd64 (... gcc-12 (Debian 12.2.0-14) ...) #1 SMP ...
     * Debian 6.1.148-1". The compiler before the number of the build has a version, too.
     */
    private static final Pattern DEBIAN = Pattern.compile("#\\d.*\\bDebian (\\d+)\\.(\\d+)\\.(\\d+)");

    private static final Pattern VERSION = Pattern.compile("^Linux version (\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final Path THIS_KERNEL = Path.of("/proc/version");

    private record Branch(long first, long corrected) {}

    private IteratorFault() {}

    private static long version(int major, int minor, int patch) {
        return (long) major << 32 | (long) minor << 16 | patch;
    }

    /** Returns the problem if this kernel has the fault, by its version. */
    public static Optional<Problem> here() {
        try {
            return in(Files.readString(THIS_KERNEL));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /**
     * Returns the problem if a kernel has the fault.
     *
     * @param procVersion the content of its /proc/version
     */
    public static Optional<Problem> in(String procVersion) {
        Matcher debian = DEBIAN.matcher(procVersion);
        Matcher plain = VERSION.matcher(procVersion);
        Matcher found = debian.find() ? debian : plain;
        if (found != debian && !plain.find()) {
            return Optional.empty();
        }
        String patch = found.group(3);
        long version = version(number(found.group(1)), number(found.group(2)), patch == null ? 0 : number(patch));
        return BRANCHES.stream()
                .filter(branch -> branch.first <= version && version < branch.corrected)
                .findFirst()
                .map(_ -> new Problem(
                        "use",
                        "source bpf",
                        "by its version (" + found.group(1) + '.' + found.group(2) + '.' + (patch == null ? 0 : patch)
                                + ") this kernel has the fault CVE-2026-74714: reading TCP sockets by BPF while connections"
                                + " are being opened can, rarely, corrupt the kernel's memory",
                        "install Linux 6.1.183, 6.6.152, 6.12.104, 6.18.45, 7.1.9 or newer, or a kernel that its distribution"
                                + " has corrected; until then probe.source=diag avoids it"));
    }

    private static int number(String digits) {
        return digits.length() > 4 ? 0xffff : Integer.parseInt(digits);
    }
}
