package io.tcpprobe.config;

import static io.tcpprobe.config.Setting.Change.AT_START;
import static io.tcpprobe.config.Setting.Change.LIVE;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every setting there is. The settings of the sampler have the names and units of the Linux module tcp_probe_plus, and its
 * defaults but for that of maxflows; snapshotage is the agent's own.
 */
public final class Settings {
    /** What the environment variables of the settings begin with. */
    public static final String ENVIRONMENT_PREFIX = "TCPPROBE_";

    public static final Setting<Long> BUFSIZE = number(
            "bufsize",
            1,
            1 << 20,
            Unit.SAMPLES,
            4096,
            AT_START,
            "Size of the ring of samples, rounded up to a power of two.");
    public static final Setting<Long> DEBUG =
            number("debug", 0, 2, Unit.LEVEL, 0, LIVE, "How much the agent says: 0 little, 1 debug, 2 trace.");
    public static final Setting<Long> FULL = number(
            "full",
            0,
            1,
            Unit.FLAG,
            0,
            LIVE,
            "1: a flow is sampled whenever probetime has passed; 0: only if its cwnd has changed as well.");
    public static final Setting<Long> HASHSIZE = number(
            "hashsize",
            0,
            1 << 20,
            Unit.SLOTS,
            0,
            AT_START,
            "Slots of the sampler's flow hash table; 0 = automatic, at least 32.");
    public static final Setting<Long> MAXFLOWS = number(
            "maxflows",
            1,
            4_000_000,
            Unit.FLOWS,
            100_000,
            LIVE,
            "Most flows that are tracked; flows beyond it are skipped and counted.");
    public static final Setting<Long> PORT =
            number("port", 0, 65535, Unit.PORT, 0, LIVE, "Only flows with this local or remote port; 0 = all flows.");
    public static final Setting<Long> PROBETIME = number(
            "probetime",
            0,
            86_400_000,
            Unit.MILLISECONDS,
            500,
            LIVE,
            "Least time between two samples of one flow; 0 = no limit.");
    public static final Setting<Long> PURGETIME = number(
            "purgetime",
            1,
            604_800,
            Unit.SECONDS,
            300,
            LIVE,
            "Idle time after which a flow gives way to another one when there are maxflows, the idlest first; the sources module and"
                    + " replay, which can miss a connection's end, remove it then in any case.");
    public static final Setting<Long> SNAPSHOTAGE = number(
            "snapshotage",
            0,
            3_600_000,
            Unit.MILLISECONDS,
            1000,
            LIVE,
            "Greatest age of the flows that a request is answered from, or four times what it takes to read them, if that is"
                    + " more; 0 = every request reads the source.");

    public static final Setting<List<InetSocketAddress>> SNMP_LISTEN =
            listen("snmp.listen", "127.0.0.1:1161", "UDP addresses of the SNMP connector.");
    public static final Setting<String> SNMP_COMMUNITY = text(
            "snmp.community",
            new Syntax.Text(
                    Pattern.compile("\\p{Graph}{0,32}"), "up to 32 visible characters, empty = no v1/v2c", true),
            "public",
            "The community that may read with SNMP v1 and v2c.");
    public static final Setting<Long> SNMP_PACKET_SIZE = number(
            "snmp.packetsize",
            576,
            65_535,
            Unit.BYTES,
            1500,
            AT_START,
            "Maximum size of the IP packet with a response by SNMP v1 or v2c to an address that is not loopback.");
    public static final Setting<String> SNMP_BASEOID = text(
            "snmp.baseoid",
            new Syntax.Text(
                    Pattern.compile("1\\.3(\\.(0|[1-9]\\d{0,8})){1,60}"),
                    "a numeric object id below 1.3, no leading dot",
                    false),
            "1.3.6.1.4.1.8072.9999.9999.2012",
            "Where TCPPROBE-MIB is registered.");
    public static final Setting<List<InetSocketAddress>> SNMP_NOTIFY = listen(
            "snmp.notify",
            "",
            "Who is sent notifications of connections while estats.notify is 1, by UDP; nobody listens there for the agent.");
    public static final Setting<String> SNMP_NOTIFY_USER = text(
            "snmp.notifyuser",
            new Syntax.Text(Pattern.compile("\\p{Graph}{0,32}"), "up to 32 visible characters, empty = v2c", false),
            "",
            "The v3 user whose keys notifications go with; without one they go by v2c with snmp.community.");
    public static final Setting<String> SNMP_CONTACT =
            displayString("snmp.contact", "", "sysContact: who is responsible for this host, and how to reach them.");
    public static final Setting<String> SNMP_LOCATION =
            displayString("snmp.location", "", "sysLocation: where this host is.");
    public static final Setting<String> SNMP_NAME =
            displayString("snmp.name", ", empty = the host name", "sysName: the administrative name of this host.");
    public static final Setting<List<InetSocketAddress>> HTTP_LISTEN =
            listen("http.listen", "127.0.0.1:8778", "TCP addresses of the HTTP/JSON connector.");
    public static final Setting<String> HTTP_ORIGINS = text(
            "http.origins",
            new Syntax.Text(
                    Pattern.compile("(ORIGIN(\\s*,\\s*ORIGIN){0,19})?"
                            .replace("ORIGIN", "(?i:https?)://([\\w.-]{1,253}|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?")),
                    "https://name[:port][,https://name[:port]...]",
                    false),
            "",
            "Origins at which a proxy serves the HTTP connector: browsers may name them as Host and Origin.");
    public static final Setting<List<InetSocketAddress>> JMX_LISTEN = listen(
            "jmx.listen",
            "",
            "TCP addresses of the remote JMX connector; consoles of the same user can attach without it.");
    public static final Setting<Long> JMX_FLOWS = number(
            "jmx.flows",
            0,
            10_000,
            Unit.FLOWS,
            100,
            AT_START,
            "How many of the busiest flows have an MBean of their own.");
    public static final Setting<Long> JAVAAGENT_WAIT = number(
            "javaagent.wait",
            0,
            3600,
            Unit.SECONDS,
            10,
            AT_START,
            "How long an agent inside an application, by -javaagent, keeps JMX and HTTP closed until the application has set up"
                    + " its own logging and management, which must come first.");
    public static final Setting<Path> STATE_DIR = new Setting<>(
            "state.dir",
            new Syntax.Folder(),
            Unit.NONE,
            "",
            AT_START,
            "Where settings, users and the SNMP engine's identity are kept; empty = $STATE_DIRECTORY, or /var/lib/tcpprobe"
                    + " for root, else $XDG_STATE_HOME/tcpprobe or $HOME/.local/state/tcpprobe.");
    public static final Setting<String> PROBE_SOURCE = new Setting<>(
            "probe.source",
            new Syntax.Choice(List.of("auto", "bpf", "module", "diag", "replay")),
            Unit.NONE,
            "auto",
            AT_START,
            "Where flows come from: bpf and module see every ACK that TCP processes, diag polls, replay plays a recorded file; auto takes the first"
                    + " of bpf, module and diag that works here.");
    public static final Setting<String> REPLAY_FILE = text(
            "replay.file",
            new Syntax.Text(Pattern.compile("\\P{Cntrl}{0,4096}"), "a file", false),
            "",
            "The file of records that the source replay plays.");
    public static final Setting<String> REPLAY_SPEED = text(
            "replay.speed",
            new Syntax.Text(
                    Pattern.compile("0|[1-9]\\d{0,5}(\\.\\d{1,3})?|0\\.(?=\\d*[1-9])\\d{1,3}"),
                    "0.001..999999, or 0 = all at once",
                    false),
            "1",
            "How many times as fast as it was recorded a file is played.");
    public static final Setting<String> REPLAY_DIALECT = new Setting<>(
            "replay.dialect",
            new Syntax.Choice(List.of("auto", "tcpprobe", "original", "tcp_probe", "trace", "json")),
            Unit.NONE,
            "auto",
            AT_START,
            "Whose records a file holds: auto = each line is recognized by itself; original = tcp_probe_plus 1.x, whose 19 columns"
                    + " look like ours but have half of the true rttvar, and more.");
    public static final Setting<String> REPLAY_RTTUNIT = new Setting<>(
            "replay.rttunit",
            new Syntax.Choice(List.of("us", "ms")),
            Unit.NONE,
            "us",
            AT_START,
            "Unit of the round-trip times in lines of columns: us, or ms as some versions before Linux 3.15 wrote them.");

    public static final Setting<Long> ESTATS_PATH =
            estats("estats.path", 1, "1: tcpEStatsPathTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_STACK =
            estats("estats.stack", 1, "1: tcpEStatsStackTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_APP =
            estats("estats.app", 1, "1: tcpEStatsAppTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_TUNE =
            estats("estats.tune", 1, "1: tcpEStatsTuneTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_NOTIFY = estats(
            "estats.notify",
            0,
            "1: the targets of snmp.notify are told when connections are established and when they no longer are.");
    public static final Setting<Long> ESTATS_LATENCY = number(
            "estats.latency",
            0,
            86_400,
            Unit.SECONDS,
            0,
            LIVE,
            "How long the tables of TCP-ESTATS-MIB keep a connection that has ended, with its last values.");

    /** The settings of the sampler and the snapshot, in the order of their SNMP objects. */
    public static final List<Setting<Long>> PROBE =
            List.of(BUFSIZE, DEBUG, FULL, HASHSIZE, MAXFLOWS, PORT, PROBETIME, PURGETIME, SNAPSHOTAGE);

    /** The controls of TCP-ESTATS-MIB, in the order of their SNMP objects. */
    public static final List<Setting<Long>> ESTATS =
            List.of(ESTATS_PATH, ESTATS_STACK, ESTATS_APP, ESTATS_TUNE, ESTATS_NOTIFY, ESTATS_LATENCY);

    /** The settings of the connectors and of where things are kept. */
    public static final List<Setting<?>> CONNECTORS = List.of(
            SNMP_LISTEN,
            SNMP_COMMUNITY,
            SNMP_PACKET_SIZE,
            SNMP_BASEOID,
            SNMP_NOTIFY,
            SNMP_NOTIFY_USER,
            SNMP_CONTACT,
            SNMP_LOCATION,
            SNMP_NAME,
            HTTP_LISTEN,
            HTTP_ORIGINS,
            JMX_LISTEN,
            JMX_FLOWS,
            JAVAAGENT_WAIT,
            STATE_DIR,
            PROBE_SOURCE,
            REPLAY_FILE,
            REPLAY_SPEED,
            REPLAY_DIALECT,
            REPLAY_RTTUNIT);

    /** All of them, the sampler's first. */
    public static final List<Setting<?>> ALL = Stream.of(PROBE, ESTATS, CONNECTORS)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private Settings() {}

    /** The setting of this name. */
    public static Optional<Setting<?>> find(String name) {
        return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }

    /**
     * The setting of this name.
     *
     * @throws BadSettingException if there is none
     */
    public static Setting<?> require(String name) throws BadSettingException {
        Optional<Setting<?>> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        throw new BadSettingException(
                BadSettingException.Reason.UNKNOWN,
                new Problem("set", name, "there is no such setting", "see './tcpprobe settings' for their names"));
    }

    private static Setting<Long> number(
            String name, long min, long max, Unit unit, long defaultValue, Setting.Change change, String doc) {
        return new Setting<>(name, new Syntax.Whole(min, max), unit, Long.toString(defaultValue), change, doc);
    }

    private static Setting<Long> estats(String name, long defaultValue, String doc) {
        return number(name, 0, 1, Unit.FLAG, defaultValue, LIVE, doc);
    }

    private static Setting<List<InetSocketAddress>> listen(String name, String defaultText, String doc) {
        return new Setting<>(name, new Syntax.Listen(), Unit.NONE, defaultText, AT_START, doc);
    }

    private static Setting<String> text(String name, Syntax.Text syntax, String defaultText, String doc) {
        return new Setting<>(name, syntax, Unit.NONE, defaultText, AT_START, doc);
    }

    /** A DisplayString of the MIB (RFC 2579), but for control characters, which no line of a file could hold. */
    private static Setting<String> displayString(String name, String more, String doc) {
        Syntax.Text syntax =
                new Syntax.Text(Pattern.compile("[ -~]{0,255}"), "up to 255 printable ASCII characters" + more, false);
        return new Setting<>(name, syntax, Unit.NONE, "", LIVE, doc);
    }
}
