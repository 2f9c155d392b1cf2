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

/** Skips a test whose {@link Needs} are not met, with the reason; fails it in CI. */
final class NeedsCondition implements ExecutionCondition {
    private static final int ROOT = 0;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> needs = context.getElement()
                .map(element -> element.getAnnotation(Needs.class))
                .map(annotation -> Arrays.asList(annotation.value()))
                .orElse(List.of());
        if (needs.contains("--all") && !Boolean.getBoolean("tcpprobe.all")) {
            return ConditionEvaluationResult.disabled("takes long: './tcpprobe test --all' runs it");
        }
        String missing = needs.stream()
                .map(NeedsCondition::missing)
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("all there");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("must not be skipped in CI: " + missing);
        }
        return ConditionEvaluationResult.disabled(missing);
    }

    /** Why a need is not met; empty if it is. */
    private static Optional<String> missing(String need) {
        return switch (need) {
            case "root" -> isRoot() ? Optional.empty() : Optional.of("needs root: run the tests as root");
            case "netns" -> netns();
            case "ipv6" ->
                Files.exists(Path.of("/proc/net/if_inet6")) ? Optional.empty() : Optional.of("this host has no IPv6");
            case "--all" -> Optional.empty();
            case "kernel 6.1", "kernel 6.12" -> kernel(need, "'./tcpprobe test' fetches it, on Debian 12 on amd64");
            case "kernel debug" -> kernel(need, "it/src/test/guest/debug-kernel.sh builds it");
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
