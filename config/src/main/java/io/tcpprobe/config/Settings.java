package io.tcpprobe.config;

import static io.tcpprobe.config.SettingGroup.SAMPLER;
import static io.tcpprobe.config.SettingUser.AGENT;
import static io.tcpprobe.config.SettingUser.BPF;
import static io.tcpprobe.config.SettingUser.DIAG;
import static io.tcpprobe.config.SettingUser.HTTP;
import static io.tcpprobe.config.SettingUser.JMX;
import static io.tcpprobe.config.SettingUser.MODULE;
import static io.tcpprobe.config.SettingUser.REPLAY;
import static io.tcpprobe.config.SettingUser.SAMPLING;
import static io.tcpprobe.config.SettingUser.SNAPSHOTS;
import static io.tcpprobe.config.SettingUser.SNMP;
import static io.tcpprobe.config.SettingUser.SYSCTL;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All settings. Those of the sampler have the names and units of the Linux module tcp_probe_plus, and its defaults except that
 * of maxflows; snapshotage is the agent's own.
 */
public final class Settings {
    /** The prefix of the environment variables of the settings. */
    public static final String ENVIRONMENT_PREFIX = "TCPPROBE_";

    /** The remedy of an unknown name. */
    static final String LISTED = "use a name that '" + ProgramName.command("settings") + "' lists";

    /** A URL of http or https without user and fragment. */
    private static final String URL =
            "(?i:https?)://([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}\\])(:\\d{1,5})?"
                    + "([/?]([\\w.~!$&'()*+;=:@/?-]++|%[0-9A-Fa-f]{2}){0,500}+)?";

    /** A name or an address, and a port; IPv6 in brackets. */
    private static final String HOST_AND_PORT = "([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}\\]):\\d{1,5}";

    /** The kinds of groups. */
    private static final String KINDS = "role, port, process, container, prefix, pod";

    /** Receives each setting when it is declared, so it is declared before them. */
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    public static final Setting<Long> BUFSIZE = whole(SAMPLER, "bufsize", 1, 1 << 20)
            .in(Unit.SAMPLES)
            .byDefault("4096")
            .object(1, "tcpProbeBufsize")
            .usedBy(BPF, MODULE, SYSCTL)
            .doc("Size of the ring of samples, rounded up to a power of two.");
    public static final Setting<Long> DEBUG = whole(SAMPLER, "debug", 0, 2)
            .in(Unit.LEVEL)
            .byDefault("0")
            .live()
            .object(2, "tcpProbeDebug")
            .usedBy(AGENT, BPF, MODULE, DIAG, REPLAY, SYSCTL)
            .doc("Log level: 0 = warnings and information, 1 = debug, 2 = trace.");
    public static final Setting<Long> FULL = whole(SAMPLER, "full", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .live()
            .object(3, "tcpProbeFull")
            .usedBy(BPF, MODULE, SYSCTL, SAMPLING)
            .doc("1: a segment causes a sample whenever probetime has passed; 0: only if cwnd has also changed.");
    public static final Setting<Long> HASHSIZE = whole(SAMPLER, "hashsize", 0, 1 << 20)
            .in(Unit.SLOTS)
            .byDefault("0")
            .object(4, "tcpProbeHashsize")
            .usedBy(MODULE, SYSCTL)
            .doc("Number of slots of the module's flow hash table, minimum 32; 0 = by the host's memory.");
    public static final Setting<Long> MAXFLOWS = whole(SAMPLER, "maxflows", 1, 4_000_000)
            .in(Unit.FLOWS)
            .byDefault("100000")
            .live()
            .object(5, "tcpProbeMaxflows")
            .usedBy(BPF, MODULE, DIAG, REPLAY, SYSCTL, SAMPLING, SettingUser.ESTATS)
            .doc("Maximum number of tracked flows; further flows are skipped and counted.");
    public static final Setting<Long> PORT = whole(SAMPLER, "port", 0, 65535)
            .in(Unit.PORT)
            .byDefault("0")
            .live()
            .object(6, "tcpProbePort")
            .usedBy(BPF, MODULE, DIAG, REPLAY, SYSCTL, SAMPLING)
            .doc("Track only flows with this local or remote port; 0 = all flows.");
    public static final Setting<Long> PROBETIME = whole(SAMPLER, "probetime", 0, 86_400_000)
            .in(Unit.MILLISECONDS)
            .byDefault("500")
            .live()
            .object(7, "tcpProbeProbetime")
            .usedBy(BPF, MODULE, DIAG, SYSCTL, SAMPLING)
            .doc("Minimum time between two samples of a flow; 0 = no limit.");
    public static final Setting<Long> PURGETIME = whole(SAMPLER, "purgetime", 1, 604_800)
            .in(Unit.SECONDS)
            .byDefault("300")
            .live()
            .object(8, "tcpProbePurgetime")
            .usedBy(BPF, MODULE, DIAG, REPLAY, SYSCTL, SAMPLING)
            .doc("Idle time after which a flow may be evicted to make room for another one, when maxflows is"
                    + " reached; the longest idle flow is evicted first. The sources module and replay, which can"
                    + " miss the end of a connection, evict every flow after this time.");
    public static final Setting<Long> SNAPSHOTAGE = whole(SAMPLER, "snapshotage", 0, 3_600_000)
            .in(Unit.MILLISECONDS)
            .byDefault("1000")
            .live()
            .object(9, "tcpProbeSnapshotage")
            .usedBy(BPF, MODULE, DIAG, REPLAY, SNAPSHOTS)
            .doc("Maximum age of the snapshot of flows from which requests are answered, or four times the time to"
                    + " read the flows if that is longer; 0 = every request reads the source. Metrics of more than 10,000"
                    + " flows may be up to 10 s old.");

    public static final Setting<Long> ESTATS_PATH = whole(SettingGroup.ESTATS, "estats.path", 0, 1)
            .in(Unit.FLAG)
            .byDefault("1")
            .live()
            .object(1, "tcpEStatsControlPath")
            .usedBy(SNMP)
            .doc("1: tcpEStatsPathTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_STACK = whole(SettingGroup.ESTATS, "estats.stack", 0, 1)
            .in(Unit.FLAG)
            .byDefault("1")
            .live()
            .object(2, "tcpEStatsControlStack")
            .usedBy(SNMP)
            .doc("1: tcpEStatsStackTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_APP = whole(SettingGroup.ESTATS, "estats.app", 0, 1)
            .in(Unit.FLAG)
            .byDefault("1")
            .live()
            .object(3, "tcpEStatsControlApp")
            .usedBy(SNMP)
            .doc("1: tcpEStatsAppTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_TUNE = whole(SettingGroup.ESTATS, "estats.tune", 0, 1)
            .in(Unit.FLAG)
            .byDefault("1")
            .live()
            .object(4, "tcpEStatsControlTune")
            .usedBy(SNMP)
            .doc("1: tcpEStatsTuneTable of TCP-ESTATS-MIB has rows.");
    public static final Setting<Long> ESTATS_NOTIFY = whole(SettingGroup.ESTATS, "estats.notify", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .live()
            .object(5, "tcpEStatsControlNotify")
            .usedBy(SettingUser.ESTATS)
            .doc("1: the agent notifies the receivers in snmp.notify when a connection enters or leaves the"
                    + " established state.");
    public static final Setting<Long> ESTATS_LATENCY = whole(SettingGroup.ESTATS, "estats.latency", 0, 86_400)
            .in(Unit.SECONDS)
            .byDefault("0")
            .live()
            .object(6, "tcpEStatsConnTableLatency")
            .usedBy(SettingUser.ESTATS)
            .doc("Time for which the tables of TCP-ESTATS-MIB retain the last values of a closed connection.");

    public static final Setting<Long> NOTIFYLOG_ENTRIES = whole(
                    SettingGroup.NOTIFICATION_LOG, "notifylog.entries", 1, 10_000)
            .byDefault("1000")
            .live()
            .object(1, "nlmConfigGlobalEntryLimit")
            .usedBy(SNMP)
            .doc("Maximum number of notifications in the log of notifications; the oldest ones make room.");
    public static final Setting<Long> NOTIFYLOG_MINUTES = whole(
                    SettingGroup.NOTIFICATION_LOG, "notifylog.minutes", 0, 525_600)
            .in(Unit.MINUTES)
            .byDefault("1440")
            .live()
            .object(2, "nlmConfigGlobalAgeOut")
            .usedBy(SNMP)
            .doc("Time for which a notification is kept in this log; 0 = until others need its place.");

    public static final Setting<List<InetSocketAddress>> SNMP_LISTEN = setting(
                    SettingGroup.CONNECTORS, "snmp.listen", new Syntax.Listen())
            .byDefault("127.0.0.1:1161")
            .usedBy(SNMP)
            .doc("UDP addresses of the SNMP connector.");
    public static final Setting<String> SNMP_COMMUNITY = setting(
                    SettingGroup.CONNECTORS,
                    "snmp.community",
                    new Syntax.Text(
                            Pattern.compile("\\p{Graph}{0,32}"),
                            "up to 32 visible characters, empty = no v1/v2c",
                            true))
            .byDefault("public")
            .usedBy(SNMP)
            .doc("Community with read access by SNMP v1 and v2c.");
    public static final Setting<Long> SNMP_PACKET_SIZE = whole(SettingGroup.CONNECTORS, "snmp.packetsize", 576, 65_535)
            .in(Unit.BYTES)
            .byDefault("1500")
            .usedBy(SNMP)
            .doc("Maximum size of the IP packet of a v1 or v2c response to an address other than loopback.");
    public static final Setting<Long> SNMP_TOP = whole(SettingGroup.CONNECTORS, "snmp.top", 1, 100)
            .in(Unit.FLOWS)
            .byDefault("10")
            .usedBy(SNMP)
            .doc("Maximum rank in tcpProbeTopTable: how many flows it has for each measure.");
    public static final Setting<Long> SNMP_CONTEXTS = whole(SettingGroup.CONNECTORS, "snmp.contexts", 0, 1000)
            .byDefault("32")
            .usedBy(SNMP)
            .doc("Maximum number of other network namespaces whose TCP-MIB is served, each in a context of SNMPv3;"
                    + " 0 = none.");
    public static final Setting<Long> SNMP_COMMUNITY_CONTEXTS = whole(
                    SettingGroup.CONNECTORS, "snmp.communitycontexts", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .usedBy(SNMP)
            .doc("1: v1 and v2c read a context by the community COMMUNITY@CONTEXT; 0: contexts are for SNMPv3 only.");
    public static final Setting<String> SNMP_BASEOID = setting(
                    SettingGroup.CONNECTORS,
                    "snmp.baseoid",
                    new Syntax.Text(
                            Pattern.compile("1\\.3(\\.(0|[1-9]\\d{0,8})){1,60}"),
                            "a numeric object id below 1.3, no leading dot",
                            false))
            .byDefault("1.3.6.1.4.1.8072.9999.9999.2012")
            .usedBy(SNMP)
            .doc("Object id at which TCPPROBE-MIB is registered.");
    public static final Setting<List<InetSocketAddress>> SNMP_NOTIFY = setting(
                    SettingGroup.CONNECTORS, "snmp.notify", new Syntax.Listen())
            .usedBy(SNMP)
            .doc("UDP addresses of the receivers of notifications: of events, and of connections while"
                    + " estats.notify is 1.");
    public static final Setting<String> SNMP_NOTIFY_USER = setting(
                    SettingGroup.CONNECTORS,
                    "snmp.notifyuser",
                    new Syntax.Text(
                            Pattern.compile("\\p{Graph}{0,32}"), "up to 32 visible characters, empty = v2c", false))
            .usedBy(SNMP)
            .doc("SNMPv3 user as whom notifications are sent; empty = they are sent by v2c with snmp.community.");
    public static final Setting<Long> SNMP_INFORM = whole(SettingGroup.CONNECTORS, "snmp.inform", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .usedBy(SNMP)
            .doc("1: notifications of events are informs, which are repeated until the receiver acknowledges them;"
                    + " 0: they are traps.");
    public static final Setting<String> SNMP_CONTACT = setting(
                    SettingGroup.CONNECTORS, "snmp.contact", displayString(""))
            .live()
            .object(4, "sysContact")
            .usedBy(SNMP)
            .doc("sysContact: the person responsible for this host, and how to contact them.");
    public static final Setting<String> SNMP_LOCATION = setting(
                    SettingGroup.CONNECTORS, "snmp.location", displayString(""))
            .live()
            .object(6, "sysLocation")
            .usedBy(SNMP)
            .doc("sysLocation: the physical location of this host.");
    public static final Setting<String> SNMP_NAME = setting(
                    SettingGroup.CONNECTORS, "snmp.name", displayString(", empty = the host name"))
            .live()
            .object(5, "sysName")
            .usedBy(SNMP)
            .doc("sysName: the administrative name of this host.");
    public static final Setting<List<InetSocketAddress>> HTTP_LISTEN = setting(
                    SettingGroup.CONNECTORS, "http.listen", new Syntax.Listen())
            .byDefault("127.0.0.1:8778")
            .usedBy(HTTP)
            .doc("TCP addresses of the HTTP/JSON connector.");
    public static final Setting<String> HTTP_ORIGINS = setting(
                    SettingGroup.CONNECTORS,
                    "http.origins",
                    new Syntax.Text(
                            Pattern.compile("(ORIGIN(\\s*,\\s*ORIGIN){0,19})?"
                                    .replace(
                                            "ORIGIN",
                                            "(?i:https?)://([\\w.-]{1,253}|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?")),
                            "https://name[:port][,https://name[:port]...]",
                            false))
            .usedBy(HTTP)
            .doc("Origins under which a reverse proxy publishes the HTTP connector; accepted in the header fields"
                    + " Host and Origin.");
    public static final Setting<Long> HTTP_METRICS = whole(SettingGroup.CONNECTORS, "http.metrics", 0, 1)
            .in(Unit.FLAG)
            .byDefault("1")
            .live()
            .usedBy(HTTP)
            .doc("1: the HTTP connector serves metrics for Prometheus at /metrics.");
    public static final Setting<Long> METRICS_GROUPS = whole(SettingGroup.CONNECTORS, "metrics.groups", 0, 100)
            .byDefault("10")
            .usedBy(AGENT)
            .doc("Maximum number of groups of each kind that have metrics of their own, besides the groups other"
                    + " and unknown; all others are in the group other. A group has about 50 series.");
    public static final Setting<String> METRICS_KINDS = setting(
                    SettingGroup.CONNECTORS,
                    "metrics.kinds",
                    new Syntax.Text(
                            Pattern.compile(
                                    "(KIND(,KIND){0,5})?".replace("KIND", "(" + KINDS.replace(", ", "|") + ")")),
                            "kinds of groups, separated by commas: " + KINDS,
                            false))
            .byDefault("role,port,process,container,pod")
            .usedBy(AGENT)
            .doc("The kinds of groups that have metrics. The kind role has the totals of the host. The kind pod has"
                    + " groups only with kubelet.url.");
    public static final Setting<Long> METRICS_LISTENERS = whole(SettingGroup.CONNECTORS, "metrics.listeners", 0, 1000)
            .byDefault("50")
            .usedBy(AGENT)
            .doc("Maximum number of addresses of listening sockets that have metrics of their own; all others are"
                    + " in other. An address has about 10 series.");
    public static final Setting<Long> METRICS_HOST = whole(SettingGroup.CONNECTORS, "metrics.host", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .live()
            .usedBy(AGENT)
            .doc("1: the metrics include the host's counters of /proc/net/snmp and /proc/net/netstat, about 150"
                    + " series.");
    public static final Setting<List<InetSocketAddress>> JMX_LISTEN = setting(
                    SettingGroup.CONNECTORS, "jmx.listen", new Syntax.Listen())
            .usedBy(JMX)
            .doc("TCP addresses of the remote JMX connector; a local console of the same user can attach without it.");
    public static final Setting<Long> JMX_FLOWS = whole(SettingGroup.CONNECTORS, "jmx.flows", 0, 10_000)
            .in(Unit.FLOWS)
            .byDefault("100")
            .usedBy(JMX)
            .doc("Number of flows, the busiest ones, that have their own MBean.");
    public static final Setting<Long> JAVAAGENT_WAIT = whole(SettingGroup.CONNECTORS, "javaagent.wait", 0, 3600)
            .in(Unit.SECONDS)
            .byDefault("10")
            .usedBy(AGENT)
            .doc("With -javaagent: maximum time that the agent waits for the application to initialize its logging"
                    + " and management before it opens JMX and HTTP.");
    public static final Setting<Path> STATE_DIR = setting(SettingGroup.CONNECTORS, "state.dir", new Syntax.Folder())
            .usedBy(AGENT)
            .doc("State folder: settings, users and the identity of the SNMP engine; empty = $STATE_DIRECTORY, or"
                    + " /var/lib/tcpprobe for root, else $XDG_STATE_HOME/tcpprobe or"
                    + " $HOME/.local/state/tcpprobe.");
    public static final Setting<Long> FLOWLOG_DAYS = whole(SettingGroup.CONNECTORS, "flowlog.days", 0, 3650)
            .in(Unit.DAYS)
            .byDefault("7")
            .usedBy(AGENT)
            .doc("How many days the flow log keeps ended connections, today included; 0 = no flow log. An agent"
                    + " inside an application has none.");
    public static final Setting<Long> FLOWLOG_MEGABYTES = whole(
                    SettingGroup.CONNECTORS, "flowlog.megabytes", 1, 1_000_000)
            .in(Unit.MEBIBYTES)
            .byDefault("512")
            .usedBy(AGENT)
            .doc("Maximum size of the flow log; the oldest connections are removed first, an eighth of it at a time.");
    public static final Setting<Long> GROUPS_MAX = whole(SettingGroup.CONNECTORS, "groups.max", 1, 1000)
            .byDefault("100")
            .usedBy(AGENT)
            .doc("Maximum number of groups of each kind (" + KINDS + "), besides the"
                    + " groups other and unknown; flows without room for a group of their own are in the group"
                    + " other.");
    public static final Setting<String> KUBELET_URL = setting(
                    SettingGroup.CONNECTORS,
                    "kubelet.url",
                    new Syntax.Text(
                            Pattern.compile(
                                    "(https?://([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}\\])(:\\d{1,5})?(/[\\w.~/-]{0,500})?)?"),
                            "http[s]://host[:port][/path]",
                            false))
            .usedBy(AGENT)
            .doc("URL at which the kubelet of this node lists its pods, such as https://NODE:10250/pods: flows, groups"
                    + " and flow records have the names of pods then. Empty: the kubelet is not asked.");
    public static final Setting<String> KUBELET_TOKENFILE = setting(
                    SettingGroup.CONNECTORS,
                    "kubelet.tokenfile",
                    new Syntax.Text(Pattern.compile("\\P{Cntrl}{1,4096}"), "a file", false))
            .byDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
            .usedBy(AGENT)
            .doc("File with the token for the kubelet, sent by https only. It is read for each request, and may be"
                    + " missing.");
    public static final Setting<String> KUBELET_CAFILE = setting(
                    SettingGroup.CONNECTORS,
                    "kubelet.cafile",
                    new Syntax.Text(Pattern.compile("\\P{Cntrl}{1,4096}"), "a file", false))
            .byDefault("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
            .usedBy(AGENT)
            .doc("File with the certificates, in PEM, by which the kubelet's certificate is checked; if it is"
                    + " missing, those that the JVM trusts.");
    public static final Setting<Long> GROUPS_IPV4PREFIX = whole(SettingGroup.CONNECTORS, "groups.ipv4prefix", 0, 32)
            .byDefault("24")
            .usedBy(AGENT)
            .doc("Length of the prefixes by which flows with IPv4 peers are grouped, also by the rules of events.");
    public static final Setting<Long> GROUPS_IPV6PREFIX = whole(SettingGroup.CONNECTORS, "groups.ipv6prefix", 0, 128)
            .byDefault("48")
            .usedBy(AGENT)
            .doc("Length of the prefixes by which flows with IPv6 peers are grouped, also by the rules of events.");
    public static final Setting<Long> EVENTS_INTERVAL = whole(SettingGroup.CONNECTORS, "events.interval", 0, 3600)
            .in(Unit.SECONDS)
            .byDefault("5")
            .usedBy(SettingUser.EVENTS)
            .doc("Time between two evaluations of the rules that raise events; 0 = no events.");
    public static final Setting<Long> EVENTS_CLEAR = whole(SettingGroup.CONNECTORS, "events.clear", 0, 86_400)
            .in(Unit.SECONDS)
            .byDefault("30")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("For how long the value of a rule must be low before its event is cleared.");
    public static final Setting<Long> EVENTS_FLOWS = whole(SettingGroup.CONNECTORS, "events.flows", 1, 1_000_000)
            .in(Unit.FLOWS)
            .byDefault("3")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Minimum number of affected flows for an event about a listener, a peer prefix or a process.");
    public static final Setting<Long> EVENTS_LARGE = whole(SettingGroup.CONNECTORS, "events.large", 1, 1_000_000_000)
            .in(Unit.MEBIBYTES)
            .byDefault("100")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("A flow that has sent at least so much may have events of its own.");
    public static final Setting<Long> EVENTS_RETRANSMISSIONS = whole(
                    SettingGroup.CONNECTORS, "events.retransmissions", 1, 1000)
            .in(Unit.PER_MILLE)
            .byDefault("50")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Retransmitted share of the segments sent that raises retransmissionStorm.");
    public static final Setting<Long> EVENTS_RTT = whole(SettingGroup.CONNECTORS, "events.rtt", 1, 600_000)
            .in(Unit.MILLISECONDS)
            .byDefault("200")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Mean of srtt - minRtt that raises rttInflation.");
    public static final Setting<Long> EVENTS_BLACKHOLE = whole(SettingGroup.CONNECTORS, "events.blackhole", 1, 100)
            .in(Unit.PERCENT)
            .byDefault("80")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Share of the flows with unacknowledged data that must be silent to raise blackhole.");
    public static final Setting<Long> EVENTS_SYNFLOOD = whole(SettingGroup.CONNECTORS, "events.synflood", 1, 10_000_000)
            .in(Unit.PER_SECOND)
            .byDefault("10")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("SYNs that are answered with a cookie or dropped, which raise synFlood.");
    public static final Setting<Long> EVENTS_HALFOPEN = whole(SettingGroup.CONNECTORS, "events.halfopen", 1, 10_000_000)
            .in(Unit.CONNECTIONS)
            .byDefault("1000")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Number of half-open connections that raises halfOpen.");
    public static final Setting<Long> EVENTS_FAILEDCONNECTS = whole(
                    SettingGroup.CONNECTORS, "events.failedconnects", 1, 10_000_000)
            .in(Unit.PER_MINUTE)
            .byDefault("60")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Failed calls of connect() that raise failedConnects.");
    public static final Setting<Long> EVENTS_MEMORY = whole(SettingGroup.CONNECTORS, "events.memory", 1, 1000)
            .in(Unit.PERCENT)
            .byDefault("90")
            .live()
            .usedBy(SettingUser.EVENTS)
            .doc("Memory of all TCP sockets, relative to the pressure limit of net.ipv4.tcp_mem, that raises"
                    + " memoryPressure.");
    public static final Setting<String> EVENTS_WEBHOOK = setting(
                    SettingGroup.CONNECTORS,
                    "events.webhook",
                    new Syntax.Text(
                            Pattern.compile("(URL(\\s*,\\s*URL){0,7})?".replace("URL", URL)),
                            "http[s]://host[:port][/path], up to 8 separated by commas",
                            true))
            .usedBy(SettingUser.EVENTS)
            .doc("URLs that events are posted to. They are not shown, because such a URL may contain a secret.");
    public static final Setting<String> EVENTS_WEBHOOK_FORMAT = setting(
                    SettingGroup.CONNECTORS,
                    "events.webhook.format",
                    new Syntax.Choice(List.of("cloudevents", "alertmanager")))
            .byDefault("cloudevents")
            .usedBy(SettingUser.EVENTS)
            .doc("What is posted: cloudevents = CloudEvents 1.0 in JSON, one event in each request; alertmanager ="
                    + " alerts as Alertmanager's POST /api/v2/alerts accepts them.");
    public static final Setting<String> EVENTS_WEBHOOK_TOKENFILE = setting(
                    SettingGroup.CONNECTORS,
                    "events.webhook.tokenfile",
                    new Syntax.Text(Pattern.compile("\\P{Cntrl}{0,4096}"), "a file", false))
            .usedBy(SettingUser.EVENTS)
            .doc("File with the value of the header Authorization of these requests: one line, such as Bearer and a"
                    + " token. Only its owner may read it. It is read for each request.");
    public static final Setting<Long> PUSH_INTERVAL = whole(SettingGroup.CONNECTORS, "push.interval", 1, 3600)
            .in(Unit.SECONDS)
            .byDefault("60")
            .usedBy(SettingUser.PUSH)
            .doc("How often push connectors send metrics or groups, and a record of each flow that is older than"
                    + " this; every flow has another record at its end.");
    public static final Setting<Long> PUSH_SAMPLING = whole(SettingGroup.CONNECTORS, "push.sampling", 1, 1_000_000)
            .byDefault("1")
            .usedBy(SettingUser.PUSH)
            .doc("N: push connectors send the records of one flow in N. Both endpoints of a connection keep the"
                    + " same ones, those whose community id has a hash divisible by N.");
    public static final Setting<String> OTLP_ENDPOINT = setting(
                    SettingGroup.CONNECTORS,
                    "otlp.endpoint",
                    new Syntax.Text(
                            Pattern.compile("(" + URL + ")?"), "http[s]://host[:port][/path], empty = off", true))
            .usedBy(SettingUser.PUSH)
            .doc("URL of an OpenTelemetry collector, which gets metrics, flow records and events by OTLP/HTTP: at"
                    + " this path followed by /v1/metrics and /v1/logs. It is not shown, because its path may contain a"
                    + " secret.");
    public static final Setting<String> OTLP_HEADERS = setting(
                    SettingGroup.CONNECTORS,
                    "otlp.headers",
                    new Syntax.Text(
                            Pattern.compile("(HEADER(,HEADER){0,15})?"
                                    .replace("HEADER", "[A-Za-z0-9-]{1,64}=[!-+\\--~]([ -+\\--~]{0,4094}[!-+\\--~])?")),
                            "NAME=VALUE[,NAME=VALUE...], values of visible characters without commas",
                            true))
            .usedBy(SettingUser.PUSH)
            .doc("Headers of the requests to otlp.endpoint, such as Authorization=Bearer and a token. They are not"
                    + " shown.");
    public static final Setting<String> OTLP_COMPRESSION = setting(
                    SettingGroup.CONNECTORS, "otlp.compression", new Syntax.Choice(List.of("gzip", "none")))
            .byDefault("gzip")
            .usedBy(SettingUser.PUSH)
            .doc("Compression of the requests to otlp.endpoint.");
    public static final Setting<Long> OTLP_TIMEOUT = whole(SettingGroup.CONNECTORS, "otlp.timeout", 1, 300)
            .in(Unit.SECONDS)
            .byDefault("10")
            .usedBy(SettingUser.PUSH)
            .doc("Maximum time for the answer to a request to otlp.endpoint; then it is sent again.");
    public static final Setting<String> KAFKA_SERVERS = setting(
                    SettingGroup.CONNECTORS,
                    "kafka.servers",
                    new Syntax.Text(
                            Pattern.compile("(SERVER(\\s*,\\s*SERVER){0,15})?".replace("SERVER", HOST_AND_PORT)),
                            "host:port, up to 16 separated by commas",
                            false))
            .usedBy(SettingUser.PUSH)
            .doc("Kafka brokers that get flow records, groups and events: some of the cluster's, which name the"
                    + " others. Empty = none; Kafka's client is not loaded then.");
    public static final Setting<String> KAFKA_TOPICS = setting(
                    SettingGroup.CONNECTORS,
                    "kafka.topics",
                    new Syntax.Text(
                            Pattern.compile("[A-Za-z0-9._-]{1,200}"), "letters, digits, '.', '_' and '-'", false))
            .byDefault("tcpprobe")
            .usedBy(SettingUser.PUSH)
            .doc("Beginning of the names of the topics: those are this with .flows, .groups and .events.");
    public static final Setting<String> KAFKA_CONFIG = setting(
                    SettingGroup.CONNECTORS,
                    "kafka.config",
                    new Syntax.Text(Pattern.compile("\\P{Cntrl}{0,4096}"), "a file", false))
            .usedBy(SettingUser.PUSH)
            .doc("File with further properties of Kafka's producer, such as security.protocol, sasl.jaas.config and"
                    + " ssl.truststore.location. It may hold secrets: only its owner may read it.");
    public static final Setting<String> IPFIX_COLLECTOR = setting(
                    SettingGroup.CONNECTORS,
                    "ipfix.collector",
                    new Syntax.Text(
                            Pattern.compile("(" + HOST_AND_PORT + ")?"),
                            "host:port, IPv6 in brackets, empty = off",
                            false))
            .usedBy(SettingUser.PUSH)
            .doc(
                    "IPFIX collector that gets flow records (RFC 7011); the usual port is 4739. Its name is resolved again with"
                            + " each TCP connection, and over UDP when nothing listens at the port.");
    public static final Setting<String> IPFIX_TRANSPORT = setting(
                    SettingGroup.CONNECTORS, "ipfix.transport", new Syntax.Choice(List.of("udp", "tcp")))
            .byDefault("udp")
            .usedBy(SettingUser.PUSH)
            .doc(
                    "Transport protocol to ipfix.collector. Over udp what is lost is not sent again; over tcp records wait while"
                            + " there is no connection.");
    public static final Setting<Long> IPFIX_DOMAIN = whole(SettingGroup.CONNECTORS, "ipfix.domain", 0, 4_294_967_295L)
            .byDefault("1")
            .usedBy(SettingUser.PUSH)
            .doc(
                    "Observation domain id of the IPFIX messages. A collector distinguishes agents by their address and this"
                            + " number: give agents behind one address different ones.");
    public static final Setting<Long> IPFIX_BIFLOW = whole(SettingGroup.CONNECTORS, "ipfix.biflow", 0, 1)
            .in(Unit.FLAG)
            .byDefault("0")
            .usedBy(SettingUser.PUSH)
            .doc("1: one IPFIX record for both directions of a flow, with reverse elements (RFC 5103), which not every"
                    + " collector reads; 0: one record for each direction.");
    public static final Setting<Long> IPFIX_TEMPLATES = whole(SettingGroup.CONNECTORS, "ipfix.templates", 1, 3600)
            .in(Unit.SECONDS)
            .byDefault("60")
            .usedBy(SettingUser.PUSH)
            .doc(
                    "How often the templates are sent over UDP: a collector that is restarted understands nothing until it has"
                            + " them.");
    public static final Setting<Long> IPFIX_MESSAGE_SIZE = whole(
                    SettingGroup.CONNECTORS, "ipfix.messagesize", 512, 65_000)
            .in(Unit.BYTES)
            .byDefault("1400")
            .usedBy(SettingUser.PUSH)
            .doc("Maximum size of an IPFIX message, without the headers of UDP and IP: below the MTU of the path.");
    public static final Setting<Long> WATCH_MAX = whole(SettingGroup.CONNECTORS, "watch.max", 0, 32)
            .byDefault("8")
            .live()
            .usedBy(AGENT)
            .doc("Maximum number of watches, which keep every sample of a flow or of the flows of an endpoint or a"
                    + " group; 0 = none.");
    public static final Setting<Long> WATCH_TIME = whole(SettingGroup.CONNECTORS, "watch.time", 1, 86_400)
            .in(Unit.SECONDS)
            .byDefault("600")
            .live()
            .usedBy(AGENT)
            .doc("A watch ends when its samples have not been read for this time.");
    public static final Setting<Long> HISTORY_MINUTES = whole(SettingGroup.CONNECTORS, "history.minutes", 0, 60)
            .in(Unit.MINUTES)
            .byDefault("15")
            .usedBy(AGENT)
            .doc("How long the values of each second are kept in memory: of the host, of the snmp.top busiest flows"
                    + " and of as many groups of each kind, at most 20; 0 = not at all.");
    public static final Setting<String> PROBE_SOURCE = setting(
                    SettingGroup.CONNECTORS,
                    "probe.source",
                    new Syntax.Choice(List.of("auto", "bpf", "module", "diag", "replay")))
            .byDefault("auto")
            .usedBy(AGENT)
            .doc("Source of flows: bpf and module see every ACK that TCP processes, diag polls, replay plays a"
                    + " recorded file; auto = the first of bpf, module and diag that works on this host and has no known"
                    + " risk there.");
    public static final Setting<Long> PROBE_NAMESPACES = whole(SettingGroup.CONNECTORS, "probe.namespaces", 0, 1000)
            .byDefault("32")
            .usedBy(AGENT)
            .doc("Maximum number of other network namespaces whose flows the source diag reads, which needs"
                    + " CAP_SYS_ADMIN; 0 = none. The source bpf reads all that it may enter.");
    public static final Setting<String> REPLAY_FILE = setting(
                    SettingGroup.CONNECTORS,
                    "replay.file",
                    new Syntax.Text(Pattern.compile("\\P{Cntrl}{0,4096}"), "a file", false))
            .usedBy(REPLAY)
            .doc("File of records that the source replay plays.");
    public static final Setting<String> REPLAY_SPEED = setting(
                    SettingGroup.CONNECTORS,
                    "replay.speed",
                    new Syntax.Text(
                            Pattern.compile("0|[1-9]\\d{0,5}(\\.\\d{1,3})?|0\\.(?=\\d*[1-9])\\d{1,3}"),
                            "0.001..999999, or 0 = all at once",
                            false))
            .byDefault("1")
            .usedBy(REPLAY)
            .doc("Playback speed of the source replay, as a multiple of the recorded speed.");
    public static final Setting<String> REPLAY_DIALECT = setting(
                    SettingGroup.CONNECTORS,
                    "replay.dialect",
                    new Syntax.Choice(List.of("auto", "tcpprobe", "original", "tcp_probe", "trace", "json")))
            .byDefault("auto")
            .usedBy(REPLAY)
            .doc("Format of the recorded file: auto = detected for each line; original = tcp_probe_plus 1.x, which"
                    + " has the same 19 columns as tcpprobe, but half of the true rttvar and other differences.");
    public static final Setting<String> REPLAY_RTTUNIT = setting(
                    SettingGroup.CONNECTORS, "replay.rttunit", new Syntax.Choice(List.of("us", "ms")))
            .byDefault("us")
            .usedBy(REPLAY)
            .doc("Unit of the round-trip times in recorded lines of columns: us, or ms as written by some versions"
                    + " before Linux 3.15.");

    /** All settings in the order of their declarations, those of the sampler first. */
    public static final List<Setting<?>> ALL = List.copyOf(DECLARED);

    /** The settings of the sampler and the snapshot, in the order of their SNMP objects. */
    public static final List<Setting<Long>> PROBE =
            of(SAMPLER).stream().map(Setting::whole).toList();

    /** The controls of TCP-ESTATS-MIB, in the order of their SNMP objects. */
    public static final List<Setting<Long>> ESTATS =
            of(SettingGroup.ESTATS).stream().map(Setting::whole).toList();

    /** The limits of the log of notifications, in the order of their SNMP objects. */
    public static final List<Setting<Long>> NOTIFICATION_LOG =
            of(SettingGroup.NOTIFICATION_LOG).stream().map(Setting::whole).toList();

    /** The settings of the connectors and of where state is kept. */
    public static final List<Setting<?>> CONNECTORS = of(SettingGroup.CONNECTORS);

    private Settings() {}

    /** Returns the settings of this group, in the order of {@link #ALL}. */
    public static List<Setting<?>> of(SettingGroup group) {
        return ALL.stream().filter(setting -> setting.group() == group).toList();
    }

    /** Returns the settings that this part of the program uses, in the order of {@link #ALL}. */
    public static Set<Setting<?>> usedBy(SettingUser user) {
        Set<Setting<?>> used = new LinkedHashSet<>();
        for (Setting<?> setting : ALL) {
            if (setting.users().contains(user)) {
                used.add(setting);
            }
        }
        return Collections.unmodifiableSet(used);
    }

    /** Returns the setting of this name. */
    public static Optional<Setting<?>> find(String name) {
        return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }

    /**
     * Returns the setting of this name.
     *
     * @throws BadSettingException if there is none
     */
    public static Setting<?> require(String name) throws BadSettingException {
        Optional<Setting<?>> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        throw new BadSettingException(
                BadSettingException.Reason.UNKNOWN, new Problem("set", name, "there is no such setting", LISTED));
    }

    private static <T> Setting.Builder<T> setting(SettingGroup group, String name, Syntax<T> syntax) {
        return new Setting.Builder<>(DECLARED::add, group, name, syntax);
    }

    private static Setting.Builder<Long> whole(SettingGroup group, String name, long min, long max) {
        return setting(group, name, new Syntax.Whole(min, max));
    }

    /** Returns the syntax of a DisplayString (RFC 2579) without control characters, which a line of a file cannot hold. */
    private static Syntax.Text displayString(String more) {
        return new Syntax.Text(Pattern.compile("[ -~]{0,255}"), "up to 255 printable ASCII characters" + more, false);
    }
}
