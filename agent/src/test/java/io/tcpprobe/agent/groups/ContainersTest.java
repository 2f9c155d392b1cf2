package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.proc.ControlGroups;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The names of containers with the pods of a kubelet. */
class ContainersTest {
    private static final String POD = "kubepods-burstable-pod0f3a1b2c_1111_2222_3333_444455556666.slice";
    private static final String FIRST = "0123456789ab" + "0".repeat(52);
    private static final String SECOND = "ba9876543210" + "0".repeat(52);

    private final AtomicLong clock = new AtomicLong(7_000_000_000L);
    private Map<String, String> pods = Map.of("0123456789ab", "default/web-0");
    private final Containers containers = containers(() -> pods, Runnable::run);

    private Containers containers(PodNames.Reader kubelet, Executor executor) {
        return new Containers(
                () -> ControlGroups.of(Map.of(
                        3L, Path.of("kubepods.slice", POD, "cri-containerd-" + FIRST + ".scope"),
                        5L, Path.of("kubepods.slice", POD, "cri-containerd-" + SECOND + ".scope"),
                        9L, Path.of("system.slice", "sshd.service"))),
                new PodNames(Optional.of(kubelet), clock::get, executor),
                clock::get);
    }

    private static FlowValues flow(long cgroup) {
        return new FlowRow(FakeFlow.rows(List.of(new FakeFlow(1).with(FlowField.CGROUP, cgroup))));
    }

    private void read(FlowValues flow) {
        read(containers, flow);
    }

    private static void read(Containers containers, FlowValues flow) {
        containers.want(flow);
        containers.read();
    }

    @Test
    void shouldNameAContainerByItsPod() {
        read(flow(3));
        assertEquals(Optional.of("default/web-0"), containers.of(flow(3)));
        assertTrue(containers.knows(flow(3)));
        assertTrue(containers.knows(flow(9)), "the host's");
        assertEquals(Optional.empty(), containers.of(flow(9)));
    }

    @Test
    void shouldNotWaitForAKubeletThatHangs() {
        CountDownLatch release = new CountDownLatch(1);
        PodNames.Reader hanging = () -> {
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
            return pods;
        };
        try (DiscardingExecutor executor = new DiscardingExecutor("pods of a test");
                Containers named = containers(hanging, executor)) {
            try {
                read(named, flow(3)); // returns although the kubelet hangs
                assertEquals(Optional.of("0123456789ab"), named.container(flow(3)));
                assertEquals(Optional.empty(), named.pod(flow(3)));
                assertFalse(named.knows(flow(3)));
                assertTrue(named.knows(flow(9)), "no pod is expected");
            } finally {
                release.countDown();
            }
            Waiting.until("the pod", () -> named.pod(flow(3)).equals(Optional.of("default/web-0")));
            assertEquals(Optional.of("default/web-0"), named.of(flow(3)));
            assertEquals(Optional.of("0123456789ab"), named.container(flow(3)), "a container keeps its id");
        }
    }

    @Test
    void shouldNotKnowAContainerUntilItsPodIsKnownOrNotExpected() {
        pods = Map.of();
        read(flow(5));
        assertFalse(containers.knows(flow(5)));
        assertEquals(Optional.empty(), containers.of(flow(5)));
        pods = Map.of("ba9876543210", "default/web-1");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        read(flow(5));
        assertEquals(Optional.of("default/web-1"), containers.of(flow(5)));

        read(flow(3));
        assertFalse(containers.knows(flow(3)));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        assertEquals(Optional.of("0123456789ab"), containers.of(flow(3)));
    }
}
