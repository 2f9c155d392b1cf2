package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlGroupsTest {
    private static final String ID = "0123456789ab" + "cdef".repeat(13);

    @TempDir
    Path folder;

    private static Optional<String> name(String path) {
        return ControlGroups.of(Map.of(5L, Path.of(path))).container(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system.slice/docker-%s.scope",
                "docker/%s",
                "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-%s.scope",
                "kubepods/besteffort/pod6a5b/%s",
                "kubepods.slice/crio-%s.scope/container",
                "user.slice/user-1000.slice/user@1000.service/user.slice/libpod-%s.scope",
                "system.slice/web.service/libpod-payload-%s",
            })
    void shouldShortenTheIdOfAContainer(String path) {
        assertEquals(Optional.of("0123456789ab"), name(path.formatted(ID)));
    }

    @Test
    void shouldFindContainersByName() {
        assertEquals(Optional.of("web"), name("lxc.payload.web/system.slice/nginx.service"));
        assertEquals(Optional.of("web-1"), name("machine.slice/systemd-nspawn@web\\x2d1.service/payload"));
        assertEquals(64, name("lxc.payload." + "n".repeat(200)).orElseThrow().length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "system.slice/nginx.service",
                "system.slice/docker.service",
                "machine.slice/libpod-conmon-%s.scope",
                "system.slice/crio-conmon-%s.scope",
                "lxc.monitor.web",
                "%s0",
                "docker-%s.service",
            })
    void shouldTakeNothingElseForAContainer(String path) {
        assertEquals(Optional.empty(), name(path.formatted(ID)));
    }

    @Test
    void shouldNameTheOutermostContainer() {
        assertEquals(Optional.of("0123456789ab"), name("docker/" + ID + "/docker/" + "f".repeat(64)));
    }

    @Test
    void shouldKnowTheIdsOfAllFolders() throws IOException {
        Path inside =
                Files.createDirectories(folder.resolve("docker").resolve(ID).resolve("inside"));
        Path service = Files.createDirectories(folder.resolve("system.slice/nginx.service"));
        Files.writeString(folder.resolve("cgroup.procs"), "");
        Files.createSymbolicLink(folder.resolve("docker/link"), folder);
        ControlGroups groups = ControlGroups.readBelow(folder, 100);
        assertEquals(Optional.of("0123456789ab"), groups.container(ControlGroups.id(inside)));
        assertTrue(groups.knows(ControlGroups.id(service)));
        assertTrue(groups.knows(ControlGroups.id(folder)));
        assertEquals(Optional.empty(), groups.container(ControlGroups.id(service)));
        assertFalse(groups.knows(ControlGroups.id(folder.resolve("cgroup.procs"))));
        assertFalse(groups.isEmpty());
    }

    /** Users may create control groups of any name below their own. */
    @Test
    void shouldReplaceControlCharactersInNames() {
        assertEquals(Optional.of("a?[2Jb"), name("user.slice/lxc.payload.a\u001b[2Jb"));
    }

    @Test
    void shouldKeepControlGroupsThatAreGone() {
        ControlGroups former = ControlGroups.of(
                Map.of(5L, Path.of("docker", ID), 6L, Path.of("lxc.payload.web"), 7L, Path.of("system.slice")));
        ControlGroups now = ControlGroups.of(Map.of(6L, Path.of("lxc.payload.web")));
        ControlGroups all = now.withFormer(former);
        assertEquals(Optional.of("0123456789ab"), all.container(5));
        assertEquals(Optional.of("web"), all.container(6));
        assertTrue(all.knows(7), "a flow of a service that has ended is the host's");
        assertEquals(Optional.empty(), all.container(7));
        assertEquals(Set.of("web"), all.containers());
        assertTrue(all.anyContainer());
        assertSame(ControlGroups.NONE, ControlGroups.NONE.withFormer(former), "they are not visible any more");
    }

    @Test
    void shouldForgetFormerContainersIfThereAreTooMany() {
        Map<Long, Path> many = new HashMap<>();
        for (long id = 1; id <= ControlGroups.MAX; id++) {
            many.put(id, Path.of("lxc.payload.c" + id));
        }
        ControlGroups now = ControlGroups.of(many);
        ControlGroups former = ControlGroups.of(Map.of(ControlGroups.MAX + 1L, Path.of("lxc.payload.old")));
        assertSame(now, now.withFormer(former));
        many.remove(1L);
        assertEquals(
                Optional.of("old"), ControlGroups.of(many).withFormer(former).container(ControlGroups.MAX + 1L));
    }

    @Test
    void shouldReportIfThereIsAContainer() {
        ControlGroups host = ControlGroups.of(Map.of(5L, Path.of("system.slice")));
        assertFalse(host.anyContainer());
        assertEquals(Set.of(), host.containers());
    }

    @Test
    void shouldReadNoMoreThanTheMaximum() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.createDirectories(folder.resolve("a" + i + "/b/c"));
        }
        ControlGroups groups = ControlGroups.readBelow(folder, 7);
        int known = 0;
        try (var all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                known += groups.knows(ControlGroups.id(path)) ? 1 : 0;
            }
        }
        assertEquals(7, known);
        assertTrue(groups.knows(ControlGroups.id(folder)));
    }

    @Test
    void shouldFindTheMountsOfTheSecondVersion() {
        assertEquals(
                List.of(Path.of("/mnt"), Path.of("/host/cgroup"), Path.of("/sys/fs/cgroup/unified")),
                ControlGroups.mounts(List.of(
                        "22 1 0:21 / /proc rw shared:5 - proc proc rw",
                        "30 23 0:26 / /sys/fs/cgroup/pids rw shared:9 - cgroup cgroup rw,pids",
                        "31 23 0:27 /docker/1 /mnt rw - cgroup2 cgroup2 rw",
                        "33 23 0:27 /../.. /host/cgroup ro - cgroup2 cgroup2 rw",
                        "32 23 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw,nsdelegate")));
        assertEquals(List.of(), ControlGroups.mounts(List.of("22 1 0:21 / /proc rw - proc proc rw")));
    }

    /** Inside a container, the root of the mount is the folder of the container: its id is not that of the host's root. */
    @Test
    void shouldKnowNothingIfTheRootIsNotThatOfTheHost() throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.writeString(
                folder.resolve("self/mountinfo"),
                "32 23 0:27 / " + folder + " rw shared:10 - cgroup2 cgroup2 rw\n"
                        + "33 23 0:27 /.. /does/not/exist ro - cgroup2 cgroup2 rw\n");
        assertSame(ControlGroups.NONE, ControlGroups.read(folder));
        assertTrue(ControlGroups.NONE.isEmpty());
    }
}
