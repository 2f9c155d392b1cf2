package io.tcpprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks that read files of the host, on files of a test. */
class HostChecksTest {
    @TempDir
    private Path root;

    private HostFiles host;

    @BeforeEach
    void makeHost() {
        host = new HostFiles(root);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }

    private void link(String path, String target) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private static Finding only(Check check) {
        List<Finding> found = check.run();
        assertEquals(1, found.size(), found::toString);
        return found.getFirst();
    }

    @Test
    void shouldFindTheKernelAndItsTypes() throws Exception {
        file("proc/sys/kernel/osrelease", "6.1.0-28-amd64");
        Finding without = only(new KernelCheck(host));
        assertEquals(Level.WARNING, without.level());
        assertTrue(without.fact().startsWith("Linux 6.1.0-28-amd64 does not describe its types"), without::fact);
        assertTrue(without.remedy().contains("CONFIG_DEBUG_INFO_BTF"), without::remedy);
        file("sys/kernel/btf/vmlinux", "types");
        assertEquals(Finding.ok("kernel", "Linux 6.1.0-28-amd64, with its types (BTF)"), only(new KernelCheck(host)));
    }

    @Test
    void shouldFindTheFaultOfIterators() throws Exception {
        file("sys/kernel/btf/vmlinux", "types");
        file("proc/version", "Linux version 6.18.45 (builder@host) #1 SMP");
        only(new KernelCheck(host));
        file("proc/version", "Linux version 6.18.44 (builder@host) #1 SMP");
        Finding fault = new KernelCheck(host).run().getLast();
        assertEquals(Level.WARNING, fault.level());
        assertTrue(fault.fact().contains("CVE-2026-74714"), fault::fact);
        assertTrue(fault.remedy().startsWith("install Linux 6.1.183, "), fault::remedy);
    }

    @Test
    void shouldFindLockdown() throws Exception {
        file("sys/kernel/btf/vmlinux", "types");
        file("sys/kernel/security/lockdown", "none integrity [confidentiality]");
        assertEquals(Level.WARNING, new KernelCheck(host).run().getLast().level());
        file("sys/kernel/security/lockdown", "none [integrity] confidentiality");
        assertEquals(
                Finding.ok("lockdown", "integrity, which permits BPF"),
                new KernelCheck(host).run().getLast());
        file("sys/kernel/security/lockdown", "[none] integrity confidentiality");
        assertEquals(Finding.ok("lockdown", "none"), new KernelCheck(host).run().getLast());
    }

    @Test
    void shouldFindAContainerAndAnotherNetwork() throws Exception {
        link("proc/self/ns/pid", "pid:[4026532281]");
        link("proc/self/ns/user", "user:[4026532280]");
        link("proc/self/ns/net", "net:[4026532282]");
        link("proc/1/ns/net", "net:[4026531833]");
        List<Finding> found = new NamespaceCheck(host).run();
        assertEquals(3, found.size());
        assertTrue(found.stream().allMatch(finding -> finding.level() == Level.WARNING), found::toString);
        assertTrue(found.get(0).fact().startsWith("this is a container"), found::toString);
        assertTrue(found.get(1).fact().startsWith("this is a user namespace"), found::toString);
        assertTrue(found.get(2).fact().endsWith("net:[4026532282]"), found::toString);
    }

    @Test
    void shouldFindTheNamespacesOfTheHost() throws Exception {
        link("proc/self/ns/pid", "pid:[4026531836]");
        link("proc/self/ns/user", "user:[4026531837]");
        link("proc/self/ns/net", "net:[4026531833]");
        assertTrue(only(new NamespaceCheck(host)).fact().endsWith("the namespace of process 1 cannot be read"));
        link("proc/1/ns/net", "net:[4026531833]");
        assertEquals(
                Finding.ok("namespaces", "those of the host's processes and network"), only(new NamespaceCheck(host)));
        file("run/.containerenv", "");
        assertTrue(only(new NamespaceCheck(host)).fact().endsWith(", in a container"));
    }

    @Test
    void shouldFindANamedNetworkNamespace() throws Exception {
        file("run/netns/other", "");
        file("run/netns/near", "");
        Object inode = Files.getAttribute(root.resolve("run/netns/near"), "unix:ino");
        link("proc/self/ns/net", "net:[" + inode + "]");
        Finding found = only(new NamespaceCheck(host));
        assertEquals(Level.WARNING, found.level());
        assertTrue(found.fact().endsWith("net:[" + inode + "] (near)"), found::fact);
    }

    @Test
    void shouldFindSysctlsThatLimit() throws Exception {
        assertEquals(Level.OK, only(new SysctlCheck(host)).level());
        file("proc/sys/net/ipv4/tcp_timestamps", "0");
        file("proc/sys/net/ipv4/tcp_sack", "1");
        Finding found = only(new SysctlCheck(host));
        assertEquals(Level.WARNING, found.level());
        assertEquals("sysctl -w net.ipv4.tcp_timestamps=1", found.remedy());
    }

    @Test
    void shouldFindLimits() throws Exception {
        file("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            256                  4096                 files
                Max locked memory         8388608              8388608              bytes""");
        Finding few = only(new LimitCheck(host));
        assertEquals(Level.WARNING, few.level());
        assertEquals("open files: 256, locked memory in bytes: 8388608", few.fact());
        file("proc/self/limits", "Max open files            unlimited            unlimited            files");
        assertEquals(
                Finding.ok("limits", "open files: unlimited, locked memory in bytes: unknown"),
                only(new LimitCheck(host)));
    }
}
