package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.flows.ContainerNames;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The names of containers with the pods of a kubelet. */
class ContainersTest {
    private static final String POD = "kubepods-burstable-pod0f3a1b2c_1111_2222_3333_444455556666.slice";
    private static final String FIRST = "0123456789ab" + "0".repeat(52);
    private static final String SECOND = "ba9876543210" + "0".repeat(52);

    private final AtomicLong clock = new AtomicLong(7_000_000_000L);
    private volatile Map<String, String> pods = Map.of("0123456789ab", "default/web-0");
    private final Map<Long, Path> controlGroups = new ConcurrentHashMap<>(Map.of(
            3L, Path.of("kubepods.slice", POD, "cri-containerd-" + FIRST + ".scope"),
            5L, Path.of("kubepods.slice", POD, "cri-containerd-" + SECOND + ".scope"),
            9L, Path.of("system.slice", "sshd.service")));
    private final AtomicInteger readings = new AtomicInteger();
    private final Containers containers = containers(() -> pods, Runnable::run);

    private Containers containers(PodNames.Reader kubelet, Executor executor) {
        return new Containers(
                () -> {
                    readings.incrementAndGet();
                    return ControlGroups.of(controlGroups);
                },
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
    void shouldNameContainersAndTheirPods() {
        read(flow(3));
        assertEquals(Optional.of("0123456789ab"), containers.container(flow(3)));
        assertEquals(Optional.of("default/web-0"), containers.pod(flow(3)));
        assertTrue(containers.knowsPod(flow(3)));
        assertTrue(containers.knows(flow(9)), "the host's");
        assertTrue(containers.knowsPod(flow(9)));
        assertEquals(Optional.empty(), containers.container(flow(9)));
        assertFalse(containers.knows(flow(4711)));
        assertFalse(containers.knowsPod(flow(4711)));
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
                assertTrue(named.knows(flow(3)));
                assertFalse(named.knowsPod(flow(3)));
                assertTrue(named.knowsPod(flow(9)), "no pod is expected");
            } finally {
                release.countDown();
            }
            Waiting.until("the pod", () -> named.pod(flow(3)).equals(Optional.of("default/web-0")));
            assertEquals(Optional.of("0123456789ab"), named.container(flow(3)), "a container keeps its id");
        }
    }

    @Test
    void shouldNotKnowAPodUntilItIsNamedOrNotExpected() {
        pods = Map.of();
        read(flow(5));
        assertFalse(containers.knowsPod(flow(5)));
        assertEquals(Optional.empty(), containers.pod(flow(5)));
        pods = Map.of("ba9876543210", "default/web-1");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        containers.want(flow(5));
        assertEquals(Optional.of("default/web-1"), containers.pod(flow(5)));

        containers.want(flow(3));
        assertFalse(containers.knowsPod(flow(3)));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        containers.want(flow(3));
        assertTrue(containers.knowsPod(flow(3)));
        assertEquals(Optional.empty(), containers.pod(flow(3)));
    }

    /** Its processes are killed, its control group is removed, and then the last of its connections ends. */
    @Test
    void shouldKnowAContainerWhoseControlGroupIsGone() {
        read(flow(3));
        controlGroups.remove(3L);
        clock.addAndGet(10_000_000_000L);
        read(flow(4711));
        assertEquals(2, readings.get());
        assertEquals(Optional.of("0123456789ab"), containers.container(flow(3)));
        assertEquals(Optional.of("default/web-0"), containers.pod(flow(3)));
    }

    @Test
    void shouldAnswerTheSameNamesForASnapshot() {
        ContainerNames before = containers.names();
        assertFalse(before.anyContainer());
        containers.readNow();
        ContainerNames after = containers.names();
        assertEquals("", before.container(3));
        assertEquals("", before.pod(3));
        assertTrue(after.anyContainer());
        assertTrue(after.anyPod());
        assertEquals("0123456789ab", after.container(3));
        assertEquals("default/web-0", after.pod(3));
        assertEquals("ba9876543210", after.container(5));
        assertEquals("", after.pod(5), "the kubelet does not list it");
        assertEquals("", after.container(9), "the host's");
        assertEquals("", after.pod(9));
    }

    /** A client that reads columns may be the only one: no flow begins, and no group is read. */
    @Test
    void shouldReadInTheBackgroundWhatAColumnNeeds() {
        assertEquals("", containers.names().container(3));
        Waiting.until("the control groups", () -> containers.names().container(3), "0123456789ab"::equals);
        Waiting.until("the pod", () -> containers.names().pod(3), "default/web-0"::equals);
        assertEquals("", containers.names().pod(5));
        pods = Map.of("ba9876543210", "default/web-1");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        Waiting.until("the pod of the other", () -> containers.names().pod(5), "default/web-1"::equals);
        assertEquals(1, readings.get(), "control groups that are known are not read again");
    }

    @Test
    void shouldAskForOneNameThatIsNotKnownOncePerSnapshot() {
        containers.readNow();
        ContainerNames names = containers.names();
        clock.addAndGet(10_000_000_000L);
        names.container(4711);
        Waiting.until("the reading", readings::get, read -> read == 2);
        controlGroups.put(4712L, Path.of("lxc.payload.web"));
        names.container(4712);
        clock.addAndGet(10_000_000_000L);
        assertFalse(containers.toBeRead(), "not asked for");
        containers.close(); // waits
        assertEquals(2, readings.get());
    }

    /** A socket may be left over from a control group that has been removed: no reading finds it. */
    @Test
    void shouldNotReadAgainForAControlGroupThatWasNotFound() {
        containers.readNow();
        clock.addAndGet(10_000_000_000L);
        read(flow(4711));
        assertEquals(2, readings.get());
        clock.addAndGet(10_000_000_000L);
        read(flow(4711));
        containers.names().container(4711);
        assertFalse(containers.toBeRead());
        containers.close(); // waits
        assertEquals(2, readings.get());
        controlGroups.put(4712L, Path.of("lxc.payload.web"));
        read(flow(4712));
        assertEquals(3, readings.get(), "others are read");
    }

    /** The kubelet may know a container only seconds after its first connection, which may be the only one. */
    @Test
    void shouldAskTheKubeletAgainForAPodThatWasWantedTooEarly() {
        pods = Map.of();
        read(flow(3));
        containers.wantPod(flow(3));
        pods = Map.of("0123456789ab", "default/web-0");
        containers.readSoon();
        assertEquals(Optional.empty(), containers.pod(flow(3)), "not yet");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        containers.readSoon();
        assertEquals(Optional.of("default/web-0"), containers.pod(flow(3)));
    }

    @Test
    void shouldNotAskTheKubeletWithoutContainers() {
        controlGroups.keySet().removeAll(List.of(3L, 5L));
        AtomicInteger asked = new AtomicInteger();
        Containers ofHost = containers(
                () -> {
                    asked.incrementAndGet();
                    return pods;
                },
                Runnable::run);
        ofHost.readNow();
        assertFalse(ofHost.names().anyPod());
        assertEquals(0, asked.get());
    }
}
