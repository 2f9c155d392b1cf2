package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package in a Debian 12 as its users have it: booted by systemd on Debian's own kernel, and queried from outside. It is installed on
 * the host, whose processor makes the start-up cache, and runs on one with fewer features, as after the move of a virtual machine.
 */
@Needs({
    "--all",
    "root",
    "dpkg-deb",
    "debootstrap",
    "qemu-system-x86_64",
    "busybox",
    "mke2fs",
    "snmpwalk",
    "curl",
    "kernel 6.1"
})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageInGuestIT {
    private static final Path ROOT =
            Distribution.built().folder().resolve("../../..").normalize();
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final List<String> MODULES = List.of("failover", "net_failover", "virtio_net");
    private static final String TCP = "1.3.6.1.2.1.6";

    @TempDir
    static Path folder;

    private static Guest guest;
    private static String snmp;
    private static String page;

    @BeforeAll
    static void bootWithThePackage() throws IOException {
        run("packaging/package.sh", ROOT.toString(), "--output", folder.toString());
        Path systems = ROOT.resolve("it/target/install-test");
        run("packaging/test/systems.sh", systems.toString());
        Path disk = folder.resolve("disk.ext4");
        run(
                "it/src/test/guest/debian-disk.sh",
                systems.resolve("booted.tar").toString(),
                debianPackage().toString(),
                disk.toString());
        int snmpPort = FreePort.udp();
        int httpPort = FreePort.tcp();
        snmp = "127.0.0.1:" + snmpPort;
        page = "http://127.0.0.1:" + httpPort + "/";
        GuestKernel kernel = new GuestKernel("6.1");
        guest = Guest.boot(
                kernel,
                files(kernel),
                "-m",
                "1536",
                "-drive",
                "file=" + disk + ",format=raw,if=virtio",
                "-netdev",
                "user,id=outside,hostfwd=udp:127.0.0.1:%d-:1161,hostfwd=tcp:127.0.0.1:%d-:8778"
                        .formatted(snmpPort, httpPort),
                "-device",
                "virtio-net-pci,netdev=outside");
        awaitActive();
        guest.run("printf 'snmp.listen = 0.0.0.0:1161\\nhttp.listen = 0.0.0.0:8778\\n' >>/etc/tcpprobe/tcpprobe.conf")
                .expectSuccess();
        stop();
        start();
    }

    private static void run(String script, String... arguments) {
        List<String> line = Stream.concat(Stream.of("sh", ROOT.resolve(script).toString()), Stream.of(arguments))
                .toList();
        Tools.here()
                .run(line, Map.of("JAVA_HOME", System.getProperty("java.home")), "", LIMIT)
                .expectSuccess();
    }

    private static Path debianPackage() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path files(GuestKernel kernel) {
        GuestFiles files = new GuestFiles(kernel, folder.resolve("guest")).debian();
        kernel.modules().stream()
                .filter(file -> MODULES.contains(GuestKernel.nameOf(file))
                        || GuestFiles.AGENT_MODULES.contains(GuestKernel.nameOf(file)))
                .forEach(files::module);
        return files.pack();
    }

    private static String property(String name) {
        return guest.run("systemctl show -P " + name + " tcpprobe.service")
                .expectSuccess()
                .strip();
    }

    /** Waits in the guest, and longer than other tests: in an emulator, the agent takes minutes to start. */
    private static void awaitActive() {
        guest.run("timeout 600 sh -c 'until systemctl is-active --quiet tcpprobe.service; do echo; sleep 2; done'"
                        + " || { journalctl --no-pager -u tcpprobe.service; exit 1; }")
                .expectSuccess();
    }

    private static void stop() {
        guest.run("systemctl stop tcpprobe.service").expectSuccess();
    }

    private static void start() {
        guest.run("systemctl start --no-block tcpprobe.service").expectSuccess();
        awaitActive();
    }

    @AfterAll
    static void powerOff() {
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    void shouldRunWithTheSourceBpfAsItsOwnUser() {
        Waiting.until("the status", () -> property("StatusText"), status -> status.contains("source bpf"));
        assertEquals(
                "tcpprobe",
                guest.run("ps -o user= -p " + property("MainPID"))
                        .expectSuccess()
                        .strip());
    }

    @Test
    void shouldHaveLowExposure() {
        String exposure = guest.run("systemd-analyze security --no-pager tcpprobe.service 2>/dev/null"
                        + " | sed -n 's/.*exposure level for tcpprobe.service: \\([0-9.]*\\).*/\\1/p'")
                .expectSuccess()
                .strip();
        assertTrue(Double.parseDouble(exposure) <= 2.0, exposure);
    }

    @Test
    void shouldAnswerFromOutside() {
        String walk = Tools.here()
                .run("snmpwalk", "-v2c", "-c", "public", "-Oqn", "-r", "5", "-t", "5", snmp, TCP)
                .expectSuccess();
        assertTrue(walk.contains("." + TCP + ".9.0 "), walk);
        String html = Tools.here().run("curl", "-sf", "--retry", "5", page).expectSuccess();
        assertTrue(html.contains("tcpprobe"), html);
    }

    @Test
    void shouldStopWithStatusZero() {
        stop();
        assertEquals("success 0", property("Result") + " " + property("ExecMainStatus"));
        start();
    }

    /** The JVM crashed when the cache contained code for the host's processor. */
    @Test
    void shouldUseTheStartUpCacheOfAnotherProcessor() {
        String cache = guest.run("ls /var/cache/tcpprobe/*.aot").expectSuccess().strip();
        String mapped = guest.run("cat /proc/" + property("MainPID") + "/maps").expectSuccess();
        assertTrue(mapped.contains(cache), () -> cache + " is not in\n" + mapped);
        assertEquals("0", property("NRestarts"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void shouldLeaveNothingWhenItIsPurged() {
        guest.run("rm -r /etc/systemd/system/tcpprobe.service.d && dpkg --purge tcpprobe")
                .expectSuccess();
        assertEquals(
                "",
                guest.run("find / -xdev -name '*tcpprobe*' ! -path '/root/*'; pgrep -f io[.]tcpprobe || :")
                        .expectSuccess());
    }
}
