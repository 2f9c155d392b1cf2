package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fault of many kernels that a BPF iterator over TCP sockets can trigger, CVE-2026-74714: the iterator takes a reference to a connection that
 * is just being opened and has none yet, and later the kernel frees that connection while it is in use. On such kernels the source bpf finds
 * sockets by inet_diag, which does not have the fault.
 */
public final class IteratorFault {
    private static final Logger LOG = LoggerFactory.getLogger(IteratorFault.class);

    /**
     * The maintained branches: the first version with the iterator, and the first without the fault. The iterator is of 5.15; distributions have
     * it in their 5.14.
     */
    private static final List<Branch> BRANCHES = List.of(
            new Branch(new Version(5, 14, 0), new Version(6, 1, 183)),
            new Branch(new Version(6, 2, 0), new Version(6, 6, 152)),
            new Branch(new Version(6, 7, 0), new Version(6, 12, 104)),
            new Branch(new Version(6, 13, 0), new Version(6, 18, 45)),
            new Branch(new Version(6, 19, 0), new Version(7, 1, 9)));

    /**
     * Debian's release has no patch level, but its build has: "Linux version 6.1.0-39-amd64 (... gcc-12 (Debian 12.2.0-14) ...) #1 SMP ...
     * Debian 6.1.148-1". The compiler before the number of the build has a version, too.
     */
    private static final Pattern DEBIAN = Pattern.compile("#\\d.*\\bDebian (\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})");

    private static final Pattern VERSION = Pattern.compile("^Linux version (\\d{1,9})\\.(\\d{1,9})(?:\\.(\\d{1,9}))?");
    private static final Path THIS_KERNEL = Path.of("/proc/version");

    private record Version(int major, int minor, int patch) implements Comparable<Version> {
        private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major)
                .thenComparingInt(Version::minor)
                .thenComparingInt(Version::patch);

        /** Returns the version that one of the patterns has found. */
        static Version of(MatchResult found) {
            String patch = found.group(3);
            return new Version(
                    Integer.parseInt(found.group(1)),
                    Integer.parseInt(found.group(2)),
                    patch == null ? 0 : Integer.parseInt(patch));
        }

        @Override
        public int compareTo(Version other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + patch;
        }
    }

    private record Branch(Version first, Version corrected) {
        boolean hasFault(Version version) {
            return version.compareTo(first) >= 0 && version.compareTo(corrected) < 0;
        }
    }

    private IteratorFault() {}

    /** Returns the problem if this kernel has the fault, by its version. */
    public static Optional<Problem> here() {
        try {
            return in(Files.readString(THIS_KERNEL));
        } catch (IOException unreadable) {
            LOG.debug("read {}: {}", THIS_KERNEL, unreadable.toString());
            return in("Linux version " + System.getProperty("os.version"));
        }
    }

    /**
     * Returns the problem if a kernel has the fault.
     *
     * @param procVersion the content of its /proc/version
     */
    public static Optional<Problem> in(String procVersion) {
        return Stream.of(DEBIAN, VERSION)
                .map(pattern -> pattern.matcher(procVersion))
                .filter(Matcher::find)
                .findFirst()
                .map(Version::of)
                .filter(version -> BRANCHES.stream().anyMatch(branch -> branch.hasFault(version)))
                .map(IteratorFault::problem);
    }

    private static Problem problem(Version version) {
        return new Problem(
                "use",
                "iterators over TCP sockets",
                "by its version (" + version
                        + ") this kernel has the fault CVE-2026-74714: reading TCP sockets by BPF while"
                        + " connections are being opened can, rarely, corrupt the kernel's memory",
                BRANCHES.stream()
                        .map(branch -> branch.corrected.toString())
                        .collect(Collectors.joining(
                                ", ", "install Linux ", " or newer, or a kernel that its distribution has corrected")));
    }
}
