package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * This project's Linux module, built for one kernel.
 *
 * @param kernel the kernel
 * @param folder where it is built
 */
record KernelModule(GuestKernel kernel, Path folder) {
    /** The folder of the sources. */
    static final Path SOURCES = Path.of("../kernel/src/main/c/module");

    /** Copies the sources for a kernel. Files built earlier from the same sources are kept. */
    static KernelModule of(GuestKernel kernel) {
        Path folder = Path.of("target/guest", kernel.series(), "module").toAbsolutePath();
        try (Stream<Path> sources = Files.list(SOURCES)) {
            Files.createDirectories(folder);
            for (Path source : sources.toList()) {
                // Keeps the modification time: make rebuilds what is older than its source.
                Files.copy(
                        source,
                        folder.resolve(source.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("lay out the module's sources in " + folder, failed);
        }
        return new KernelModule(kernel, folder);
    }

    /** Calls make with a target. */
    Tools.Result make(String target) {
        return Tools.here().run("make", "-C", folder.toString(), "KDIR=" + kernel.headers(), target);
    }

    /** Returns the built module. */
    Path file() {
        make("modules").expectSuccess();
        return folder.resolve("tcp_probe_plus.ko");
    }

    /** Returns the lines of make's output other than its usual progress messages. */
    static List<String> complaints(Tools.Result made) {
        return made.all()
                .lines()
                .filter(line -> !line.isBlank()
                        && !line.matches(" {2}(CC|CHECK|LD|MODPOST|BTF|CLEAN) .*")
                        && !line.matches("make(\\[\\d+])?: .*directory .*|make -C .*")
                        && !line.startsWith("Skipping BTF generation"))
                .toList();
    }
}
