package io.tcpprobe.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;

/** A guest that runs the agent with the source bpf, and the functions of its scripts: guest/bpf.sh. */
final class BpfGuest implements AutoCloseable {
    /** The modules for links that lose segments. */
    private static final Set<String> LINK_MODULES = Set.of("sch_netem", "veth");

    private static final String USER = "writer";
    private static final String PASSPHRASE = "a passphrase of the test";
    private static final String AUTHORIZATION =
            Base64.getEncoder().encodeToString((USER + ":" + PASSPHRASE).getBytes(StandardCharsets.UTF_8));

    private final Guest guest;

    private BpfGuest(Guest guest) {
        this.guest = guest;
    }

    /**
     * Boots a kernel, without starting the agent.
     *
     * @param folder where the guest's files and its disk are created
     */
    static BpfGuest boot(GuestKernel kernel, Path folder) {
        GuestFiles files =
                new GuestFiles(kernel, folder.resolve("guest")).script("bpf.sh").program("traffic");
        kernel.modules().stream().filter(BpfGuest::wanted).forEach(files::module);
        BpfGuest booted = new BpfGuest(kernel.arm() ? withRows(kernel, files) : withAgent(kernel, files, folder));
        booted.run(
                "for module in inet_diag tcp_diag veth sch_netem; do [ ! -e /$module.ko ] || insmod /$module.ko; done");
        booted.run("for module in /tcp_*.ko; do [ $module = /tcp_diag.ko ] || insmod $module; done");
        booted.run("dmesg -c >/dev/null"); // later kernel messages concern our programs
        return booted;
    }

    private static Guest withAgent(GuestKernel kernel, GuestFiles files, Path folder) {
        String drive = "file=" + disk(folder.resolve("disk")) + ",format=raw,if=virtio,readonly=on";
        Path packed = files.script("agent.sh").pack();
        Guest guest = Guest.boot(kernel, packed, "-m", "1024", "-drive", drive);
        guest.run(". /agent.sh").expectSuccess();
        return guest;
    }

    /** Boots a guest without a JVM: none is available for its architecture. */
    private static Guest withRows(GuestKernel kernel, GuestFiles files) {
        files.script("rows-agent.sh").rows();
        files.fetched("/lib/(aarch64-linux-gnu/[^/]*|ld-linux-aarch64)\\.so[.0-9]*");
        for (String program : List.of("bin/ss", "bin/ip", "sbin/tc")) {
            files.add(
                    kernel.root().resolve(program), "tools/" + Path.of(program).getFileName());
        }
        return Guest.boot(kernel, files.pack(), "-m", "1024");
    }

    private static boolean wanted(Path module) {
        String name = GuestKernel.nameOf(module);
        return GuestFiles.AGENT_MODULES.contains(name)
                || LINK_MODULES.contains(name)
                || module.toString().contains("/net/ipv4/tcp_"); // all congestion controls
    }

    /** The user is created here: the agent uses the state folder as it was left here. */
    private static Path disk(Path root) {
        AgentOptions.in(root.resolve("state")).addUser(USER, PASSPHRASE, true);
        JavaDisk disk = new JavaDisk(root).addAgent().addLibbpf();
        List.of("ss", "ip", "tc").forEach(disk::addProgram);
        List.of("dev", "proc", "sys", "tmp", "run").forEach(disk::folder);
        return disk.make();
    }

    /** Runs a script that must succeed. */
    String run(String script) {
        return guest.run("set -e\n. /bpf.sh\n" + script).expectSuccess();
    }

    /**
     * All flows at one moment.
     *
     * @param before what ss shows before the agent is queried, by cookies
     * @param rows what the agent shows, by cookies: names and values of the fields
     * @param after what ss shows afterwards
     */
    record Look(
            Map<Long, SocketStatistics> before,
            Map<Long, Map<String, Object>> rows,
            Map<Long, SocketStatistics> after) {}

    /** Queries ss, the agent, and ss again. */
    Look look() {
        String[] parts = unpack(run("look " + AUTHORIZATION)).split("\n==\n", -1);
        return new Look(SocketStatistics.parseAll(parts[0]), rows(parts[1]), SocketStatistics.parseAll(parts[2]));
    }

    private static String unpack(String base64) {
        byte[] packed = Base64.getMimeDecoder().decode(base64);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException("unpack what the guest sent: " + base64, failed);
        }
    }

    private static Map<Long, Map<String, Object>> rows(String answer) {
        Map<Long, Map<String, Object>> rows = new LinkedHashMap<>();
        try {
            Object table = new JSONParser().parse(answer, JSONObject.class).get("value");
            for (Object one : ((JSONObject) table).values()) {
                Map<String, Object> row = new LinkedHashMap<>();
                ((JSONObject) one).forEach((name, value) -> row.put(name.toString(), value));
                rows.put(((Number) row.get("cookie")).longValue(), row);
            }
        } catch (Exception wrong) {
            throw new AssertionError("the agent answered: " + answer, wrong);
        }
        return rows;
    }

    @Override
    public void close() {
        guest.close();
    }
}
