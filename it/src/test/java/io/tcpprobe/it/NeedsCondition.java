package io.tcpprobe.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** Skips a test whose {@link Needs} are not met, with the reason; fails it in CI. */
final class NeedsCondition implements ExecutionCondition {
    private static final int ROOT = 0;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> needs = context.getElement()
                .map(element -> element.getAnnotation(Needs.class))
                .map(annotation -> Arrays.asList(annotation.value()))
                .orElse(List.of());
        Optional<String> unwanted =
                needs.stream().flatMap(need -> unwanted(need).stream()).findFirst();
        if (unwanted.isPresent()) {
            return ConditionEvaluationResult.disabled(unwanted.get());
        }
        String missing = needs.stream().flatMap(need -> missing(need).stream()).collect(Collectors.joining("; "));
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("all there");
        }
        failInCi(missing);
        return ConditionEvaluationResult.disabled(missing);
    }

    /**
     * Checks a need of only some of a test's parameters: skips the test with the reason if it is not met.
     *
     * @throws AssertionError if it is not met, in CI
     */
    static void require(String need) {
        missing(need).ifPresent(NeedsCondition::skip);
    }

    /**
     * Skips a test with a reason.
     *
     * @throws AssertionError in CI
     */
    static void skip(String reason) {
        failInCi(reason);
        throw new TestAbortedException(reason);
    }

    private static void failInCi(String missing) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("must not be skipped in CI: " + missing);
        }
    }

    /**
     * Returns why a test is skipped even in CI: it was not requested, or the kernel that it boots was not built. Empty if it is not
     * skipped.
     */
    private static Optional<String> unwanted(String need) {
        return switch (need) {
            case "--all" ->
                Boolean.getBoolean("tcpprobe.all")
                        ? Optional.empty()
                        : Optional.of("takes long: './tcpprobe test --all' runs it");
            case "kernel debug" -> kernel(need, "it/src/test/guest/debug-kernel.sh builds it");
            default -> Optional.empty();
        };
    }

    /** Returns why a need is not met; empty if it is met. */
    private static Optional<String> missing(String need) {
        return switch (need) {
            case "root" -> isRoot() ? Optional.empty() : Optional.of("needs root: run the tests as root");
            case "netns" -> netns();
            case "bpf" -> BpfFacts.missing();
            case "ipv6" ->
                Files.exists(Path.of("/proc/net/if_inet6")) ? Optional.empty() : Optional.of("this host has no IPv6");
            case "cgroup2" ->
                ControlGroup.mount().isPresent()
                        ? Optional.empty()
                        : Optional.of("needs control groups of version 2, with those of the host mounted");
            case "mptcp" ->
                Files.exists(Path.of("/proc/sys/net/mptcp/enabled"))
                        ? Optional.empty()
                        : Optional.of("needs Multipath TCP: run a kernel with CONFIG_MPTCP=y");
            case "kafka" -> fetched(need, KafkaBroker.LIBRARIES, "'./tcpprobe test' fetches it");
            case "flink" -> fetched(need, FlinkJob.LIBRARIES, "'./tcpprobe test --all' fetches it");
            case "--all", "kernel debug" -> Optional.empty(); // not skipped, so it exists
            case "kernel 6.1", "kernel 6.12" -> kernel(need, "'./tcpprobe test' fetches it, on Debian 12 on amd64");
            case "kernel newest", "kernel 6.1-arm64", "kernel 6.12-arm64" ->
                kernel(need, "'./tcpprobe test --all' fetches it, on Debian 12 on amd64");
            default ->
                Tools.present(need)
                        ? Optional.empty()
                        : Optional.of("needs the program " + need + ": './tcpprobe test' installs it");
        };
    }

    private static Optional<String> kernel(String need, String remedy) {
        return new GuestKernel(need.replace("kernel ", "")).present()
                ? Optional.empty()
                : Optional.of("needs the " + need + " to boot: " + remedy);
    }

    private static Optional<String> fetched(String what, Path folder, String remedy) {
        return Files.isDirectory(folder)
                ? Optional.empty()
                : Optional.of("needs " + what + " in " + folder + ": " + remedy);
    }

    private static Optional<String> netns() {
        if (!isRoot() || !Tools.present("ip")) {
            return Optional.of("needs network namespaces: run the tests as root, with iproute2");
        }
        String name = "tcpprobe-try-" + ProcessHandle.current().pid();
        Tools.Result made = Tools.here().run("ip", "netns", "add", name);
        if (made.status() != 0) {
            return Optional.of("needs network namespaces: " + made.err().strip());
        }
        Tools.here().run("ip", "netns", "del", name);
        return Optional.empty();
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == ROOT;
        } catch (IOException failed) {
            throw new IllegalStateException("ask who runs the tests: " + failed.getMessage(), failed);
        }
    }
}
