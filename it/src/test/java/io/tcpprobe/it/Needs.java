package io.tcpprobe.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test needs from the machine. If something is missing, the test is skipped with the reason; if the environment has {@code CI=true},
 * it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCondition.class)
@interface Needs {
    /**
     * Names of programs, and {@code root}, {@code netns} (network namespaces can be made), {@code ipv6}, {@code bpf}
     * (eBPF programs can be run), {@code cgroup2} (the host's control groups of version 2 are mounted), {@code mptcp} (the kernel has Multipath TCP), {@code kernel 6.1} (a kernel to boot),
     * {@code kafka} (a broker), {@code flink} (a stream processor) or {@code --all}: the test takes long, and runs only
     * where the system property tcpprobe.all is true.
     */
    String[] value();
}
