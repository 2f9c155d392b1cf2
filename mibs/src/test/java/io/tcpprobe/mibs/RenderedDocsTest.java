package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages of docs/ that are projections of the lists. */
class RenderedDocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final TcpProbeMib MIB = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));

    @Test
    void shouldListEverySetting() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Settings

                Rendered from `io.tcpprobe.config.Settings`. Set them with `--set KEY=VALUE`, in a file given by `--config FILE`
                (lines `KEY = VALUE`), or in the environment (`TCPPROBE_SNMP_LISTEN` for `snmp.listen`). If a setting has several
                values, the last of this list takes precedence: default, configuration file, changed while running, environment, command
                line.

                The environment variable of `port` is `TCPPROBE_PORT_FILTER`, because Kubernetes sets `TCPPROBE_PORT` in a pod if there is a
                Service named tcpprobe. The agent ignores such variables of a Service (`TCPPROBE_SERVICE_HOST`, `TCPPROBE_PORT_8778_TCP`
                ...), and warns of any other unknown variable that begins with `TCPPROBE_`.

                On SIGHUP, an agent without a controlling terminal (a service, `setsid`) reads its configuration file again. *Live* settings
                change at once, unless a later item of the list above sets them; settings that are no longer in the file return to their
                defaults. One line of the log lists the settings that have changed, those that need a restart, and those that are set
                elsewhere. A file with a problem is reported and changes nothing. The file of users is watched and needs no signal. In a
                terminal, SIGHUP ends the agent, as for any program when the terminal is closed.

                ## The sampler

                Names, units and defaults are those of the Linux module tcp_probe_plus, except the default of `maxflows`, which is 2000000
                in the module, and `snapshotage`, which the module does not have. *Live* settings can be changed by SNMP, JMX and HTTP
                while the agent runs; a change persists across restarts.

                """);
        settings(text, Settings.PROBE);
        text.append("\n## TCP-ESTATS-MIB\n\nThe control objects of RFC 4898; see [estats.md](estats.md).\n\n");
        settings(text, Settings.ESTATS);
        text.append("\n## NOTIFICATION-LOG-MIB\n\n")
                .append("The limits of RFC 3014's log; see [notifications.md](notifications.md).\n\n");
        settings(text, Settings.NOTIFICATION_LOG);
        text.append("\n## Connectors and other settings\n\n");
        settings(text, Settings.CONNECTORS);
        Rendered.assertCommitted(DOCS.resolve("settings.md"), text.toString());
    }

    private static void settings(StringBuilder text, List<? extends Setting<?>> settings) {
        text.append(
                "| key | default | range | unit | change | SNMP object | meaning |\n|---|---|---|---|---|---|---|\n");
        for (Setting<?> setting : settings) {
            String object = object(setting);
            row(
                    text,
                    "`" + setting.name() + "`",
                    setting.defaultText(),
                    setting.syntax().rule(),
                    setting.unit().label(),
                    setting.writable() ? "live" : "at start",
                    object,
                    setting.doc());
        }
    }

    private static String object(Setting<?> setting) {
        if (setting.object().isEmpty()) {
            return "";
        }
        String object = SettingObjects.of(setting, MIB).toString();
        return "`" + object.replaceFirst("^\\Q" + MIB.base() + "\\E", "")
                + ".0`"; // as in TCPPROBE-MIB: from its base on
    }

    @Test
    void shouldListEveryColumnOfTcpEstatsMib() throws IOException {
        List<EstatsColumn> all = Arrays.stream(EstatsTable.values())
                .flatMap(table -> table.columns().stream())
                .toList();
        StringBuilder text = new StringBuilder("""
                # TCP-ESTATS-MIB, RFC 4898

                Rendered from `io.tcpprobe.mibs.EstatsTable`. The tables are below `%s.1.1`; the index of tables 3 to 7 is the flow id. Of
                the %d columns, the source `diag` provides %d and the source `bpf` %d, on a kernel that has all the fields; [fields.md](fields.md)
                lists the first version of each. A value that is not provided, or not known yet, is noSuchInstance, never 0.

                StartTimeStamp and the maxima begin when the flow is first seen; the kernel's counters begin with the connection. Maxima and
                minima marked "over its samples" depend on `probetime`; with `bpf`, MaxRwinRcvd is the kernel's own value and exact. The other
                maxima are of all segments that arrived. Times are in milliseconds, as RFC 4898 requires; TCPPROBE-MIB has microseconds.

                The scalar `%s.1.3.3.0`, tcpEStatsListenerTableLastChange, changes when a request finds changed listeners. The control objects
                below `%s` are settings; see [settings.md](settings.md).

                The source `bpf` counts for each listener by its socket, so listeners that share a port do not count for each other; the
                table has one of them. The counts begin with the listener or, if it is older, when the agent finds it. They need a kernel
                on which functions can be traced (`fentry`); what cannot be traced makes its columns absent, and the console says so. SynRcvd
                minus Initial is the number of SYNs for which the listener allocated nothing: repeated SYNs, SYNs that were dropped because the
                accept queue was full, and SYNs that were answered with a cookie and never acknowledged. ExceedBacklog, CurBacklog
                and CurEstabBacklog are those of the last sweep.
                """.formatted(
                        EstatsTable.ROOT,
                        all.size(),
                        count(all, EstatsColumn.Origin.KERNEL) + count(all, EstatsColumn.Origin.SAMPLES),
                        all.size() - count(all, EstatsColumn.Origin.UNAVAILABLE),
                        EstatsTable.ROOT,
                        SettingObjects.root(SettingGroup.ESTATS, MIB)));
        for (EstatsTable table : EstatsTable.values()) {
            text.append("\n## ")
                    .append(table.label())
                    .append("\n\n| column | name | type | from | source |\n|---|---|---|---|---|\n");
            for (EstatsColumn column : table.columns()) {
                row(
                        text,
                        Integer.toString(column.id()),
                        column.name(),
                        column.syntax().text(),
                        column.from(),
                        column.origin().sources());
            }
        }
        Rendered.assertCommitted(DOCS.resolve("estats.md"), text.toString());
    }

    private static long count(List<EstatsColumn> columns, EstatsColumn.Origin origin) {
        return columns.stream().filter(column -> column.origin() == origin).count();
    }

    @Test
    void shouldListEveryFieldOfAFlow() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Fields of a flow

                Rendered from `io.tcpprobe.kernel.flow.FlowField`. A flow is a TCP connection with a socket and a peer. Listening sockets,
                connections in TIME-WAIT and half-open connections have no congestion state and are not flows. "We" are the local host. The
                column is the SNMP column below `%s`; JMX and JSON use the name. A value that the source
                or the kernel does not provide is absent, which differs from zero: noSuchInstance in SNMP, null in JMX and JSON.

                | column | name | unit | SNMP type | meaning | from |
                |---|---|---|---|---|---|
                """.formatted(MIB.flowEntry()));
        for (FlowField field : FlowField.all()) {
            row(
                    text,
                    Integer.toString(field.id()),
                    "`" + field.label() + "`",
                    field.unit().label(),
                    Smi.of(field).text().replace("|", ","),
                    field.doc(),
                    field.origin());
        }
        text.append("""

                ## Texts

                For consoles that cannot print an InetAddress, and names: DisplayStrings of the same table, composed when they are read.
                JMX and JSON have them by name. A process is searched for only if its column, or `pid` or `command`, is read. A container is
                found by `cgroup`, and its pod by the kubelet: [groups.md](groups.md). Both are read in the background after a client has
                asked for one that is not known, so they may be absent in the first answer.

                | column | name | from | meaning |
                |---|---|---|---|
                """);
        for (FlowText flowText : FlowText.all()) {
            row(
                    text,
                    Integer.toString(flowText.id()),
                    "`" + flowText.label() + "`",
                    flowText.needs().stream()
                            .map(field -> "`" + field.label() + "`")
                            .collect(Collectors.joining(", ")),
                    flowText.doc());
        }
        text.append("\n## Statistics of the source\n\nBelow `")
                .append(MIB.base())
                .append(".1.3`, as in")
                .append(
                        " `/proc/net/stat/lyatiss_cw_tcpprobe` of tcp_probe_plus.\n\n| object | name | meaning |\n|---|---|---|\n");
        for (FlowStatistic statistic : FlowStatistic.values()) {
            row(text, "`." + statistic.id() + ".0`", "`" + statistic.label() + "`", statistic.doc());
        }
        Rendered.assertCommitted(DOCS.resolve("fields.md"), text.toString());
    }

    @Test
    void shouldListEveryNotification() throws IOException {
        StringBuilder text = new StringBuilder(
                """
                # Notifications

                Rendered from `io.tcpprobe.mibs.EventNotification` and `FlowNotification`. Notifications are sent to the receivers in
                `snmp.notify` ([settings.md](settings.md)). Each contains sysUpTime.0, snmpTrapOID.0 and then the objects listed here, in
                this order. Up to 1,000 of each kind are sent per second, and 2,000 more wait. Others are dropped, and their number is
                logged.

                ## Events

                One is sent when a rule raises an event, one when the event is cleared; [events.md](events.md) describes the rules. The
                objects are columns of tcpProbeEventTable below `%s`, followed by the number of the event. JMX has the same as
                notifications of `tcpprobe:type=Events`, with the event as user data.

                With `snmp.inform=1` they are informs (RFC 3416), each repeated until its receiver acknowledges it, for an hour at most;
                up to 1,000 wait for each receiver, and one that is down does not delay the others. With SNMPv3 the user in
                `snmp.notifyuser` needs keys for the engine of each receiver:

                    ./tcpprobe user add NAME                      # for traps, by the engine id of the agent
                    ./tcpprobe user add NAME --inform ENGINEID    # for informs, by the engine id of the receiver

                The engine id of net-snmp's snmptrapd is in its persistent file, or `exactEngineID` of snmptrapd.conf.

                A manager that was down reads what it missed from NOTIFICATION-LOG-MIB (RFC 3014), `%s`: the last
                `notifylog.entries` notifications of events, each for `notifylog.minutes`, also if `snmp.notify` is empty. nlmLogTable has
                the times and notifications, nlmLogVariableTable their objects. There is one log, whose name is empty, and which a start of
                the agent empties; managers cannot create others (no nlmConfigLogTable).

                    $ snmpwalk -v2c -c public 127.0.0.1:1161 %s      # the objects: .log name (empty: 0).number.object

                | notification | object id | objects | when |
                |---|---|---|---|
                """.formatted(MIB.eventEntry(), NotificationLogMib.ROOT, NotificationLogMib.VARIABLE_ENTRY));
        for (EventNotification notification : EventNotification.values()) {
            row(
                    text,
                    notification.label(),
                    "`" + MIB.notification(notification) + "`",
                    notification.objects().stream()
                            .map(object -> object.label() + " `." + object.arc() + "`")
                            .collect(Collectors.joining(", ")),
                    notification.doc());
        }
        text.append("""

                ## Connections

                They are sent while `estats.notify` is 1, by SNMP only. They are not in the log of notifications, where they would displace
                events: the flow log has the connections ([history.md](history.md)).

                The source `bpf` reports every change of its flows within a tenth of a second; changes that do not fit into its ring are
                counted in `ringFull`. The source `diag` finds changes when it is refreshed, which the agent does once a second while
                `estats.notify` is 1: it misses a connection that opens and ends between two refreshes. The sources `module` and `replay`
                report none. A connection that could not be established is not notified; the flow log has it, with the source `bpf`.

                | notification | object id | objects | when |
                |---|---|---|---|
                """);
        for (FlowNotification notification : FlowNotification.values()) {
            row(
                    text,
                    notification.label(),
                    "`" + notification.oid() + "`",
                    notification.objects().stream()
                            .map(object -> object.label() + " `" + object.oid() + "`")
                            .collect(Collectors.joining(", ")),
                    notification.doc());
        }
        Rendered.assertCommitted(DOCS.resolve("notifications.md"), text.toString());
    }

    @Test
    void shouldListEveryVerdict() throws IOException {
        StringBuilder text = new StringBuilder("""
                # What limits a flow, and why it ended

                The lists are rendered from `io.tcpprobe.kernel.flow.Verdict`, `NetworkCause`, `EndReason`, `ResetReason` and `VerdictField`.

                A TCP connection is as fast as its narrowest part lets it be: the application that writes, the send buffer, the congestion
                window, a rate limit, a queue of this host, the receiver's window, the application that reads. A *verdict* names that part.
                It is computed from two rows of the flow, so it needs no further load on the path and no packet capture.

                ## How it is measured

                - **The window.** A verdict is about the time between two snapshots, at least one second apart. The agent keeps the earlier
                  snapshot only when a client asks for verdicts; so the first request answers `unknown` over the window, and a client that
                  asks once a minute gets verdicts about a minute. `lifeVerdict` is there at once. `verdictWindow` is the length that could
                  be judged. Nothing is computed if no client asks.
                - **The kernel's clocks.** `busyTime` grows while there are unacknowledged or unsent data; `rwndLimited` and
                  `sndbufLimited` are parts of it. What is not busy is the application's share. These clocks have the resolution of a tick
                  (4 ms at 250 Hz): connections that live shorter show 0.
                - **The rest** of the busy time is split by the state of the flow in both rows, by the rules below. With the source bpf, and
                  with diag on a recent kernel, three fields decide that nothing else tells: `sendMemoryAllocated`, `maxPacingRate` and
                  `noSpace`. Without them `net`, `local`, `pacing` and `sndbuf` may be mistaken for one another, and `verdictConfidence` is
                  lower.
                - **Shares.** Every limit has a share of the window in per mille; the verdict is the one with the largest share. Two
                  limits of similar shares are both worth a look: `verdictConfidence` is the distance between them.
                - **Over life** the same rules are used from the beginning of the connection to now. The beginning of a connection that is
                  older than the agent is not known; the shares are then of its time with data to send.
                - **Both ends.** A host knows only its own end exactly. If both hosts run an agent, the sender's `rwnd` and the receiver's
                  `slowReader` or `rcvbuf` together tell which part of the receiver it is.

                What a verdict cannot tell: the processor of the sender from its application (both are `app`; on loopback nearly everything
                is); loss on a link from loss in a queue, except by `networkCause`; a silent peer from one that has nothing to send (both
                are `idle` to a receiver). A verdict of bbr rests on the rate that bbr found, because bbr leaves room in cwnd by intent.

                ## How to reproduce one

                `endpoint.py` makes endpoints that are limited on purpose. `VerdictCase` lists a case for each verdict except `unknown`,
                with the verdict that must come out; `VerdictIT` runs them. In three shells on one host, the first two in the folder
                `it/src/test/resources/io/tcpprobe/it`, the third in the project's:

                    $ python3 endpoint.py server 127.0.0.1 7101 sleep
                    $ python3 endpoint.py client 127.0.0.1 7101 bulk
                    $ ./tcpprobe flows --by rwndShare

                The sender is `rwnd`, the receiver `slowReader`.

                ## How to see one

                A plot of a recording shows the bytes in flight and all of their ceilings: the ceiling that they touch is the limit
                ([report.md](report.md)). Here it is cwnd, cubic's, at 1 % loss:

                ![bytes in flight, cwnd and other ceilings, congestion states, round-trip times of a cubic connection](plot-cubic.svg)

                ## The verdicts

                """);
        for (Verdict verdict : Verdict.values()) {
            text.append("### ")
                    .append(verdict.label())
                    .append(" (")
                    .append(verdict.number())
                    .append(
                            switch (verdict.role()) {
                                case SENDER -> ", as sender";
                                case RECEIVER -> ", as receiver";
                                case BOTH -> "";
                            })
                    .append(")\n\n")
                    .append(verdict.doc())
                    .append("\n\n- Rule: ")
                    .append(verdict.rule())
                    .append("\n- Advice: ")
                    .append(verdict.advice())
                    .append("\n- Evidence: ")
                    .append(verdict.evidence().stream()
                            .map(field -> "`" + field.label() + "`")
                            .collect(Collectors.joining(", ")))
                    .append("\n\n");
        }
        text.append("""
                ## The causes of net

                | number | cause | meaning | rule | advice |
                |---|---|---|---|---|
                """);
        for (NetworkCause cause : NetworkCause.values()) {
            row(
                    text,
                    Integer.toString(cause.number()),
                    "`" + cause.label() + "`",
                    cause.doc(),
                    cause.rule(),
                    cause.advice());
        }
        text.append("""

                The first of clamp, queue, loss, growing and window that holds counts.

                ## Why a connection ended

                `endReason` tells why a connection ended, or why it was never established. Only the source bpf knows it; it looks at the
                socket when it enters CLOSE. It is in the last row of a flow, in the flow log ([history.md](history.md)) and in the groups
                ([groups.md](groups.md)), which count the endings by reason. `EndReasonTest` and `HistoryIT` provoke the reasons and compare
                them with what both ends did.

                    $ ./tcpprobe history --since 1h --where 'endReason = resetReceived or endReason = timedOut'

                """);
        for (EndReason reason : EndReason.values()) {
            text.append("### %s (%d)\n\n%s\n\n".formatted(reason.label(), reason.number(), reason.doc()))
                    .append("- Rule: %s\n".formatted(reason.rule()))
                    .append("- To reproduce: %s\n".formatted(reason.reproduced()))
                    .append("- Advice: %s\n\n".formatted(reason.advice()));
        }
        text.append("""
                ## Why a RST was sent

                `resetReason` is the kernel's own reason for the last RST that this endpoint sent. It is beside `endReason` in the last
                row of a flow and in the flow log; connections that end with `resetSent`, `destroyed` or `timedOut` can have one. The names
                are those of `enum sk_rst_reason` of the kernel. Linux reports the reason from 6.10 on; on older kernels, and with other
                sources than bpf, it is absent. `ResetReasonTest` provokes four of the reasons, in six ways.

                The RST that answers data after close() is sent after the kernel has freed the socket. So its reason is not read but derived,
                and is always `TCP_ABORT_ON_DATA`. Reasons of segments for which there is no connection, such as `NO_SOCKET`, belong to no
                flow.

                | number | name | meaning |
                |---|---|---|
                """);
        for (ResetReason reason : ResetReason.values()) {
            row(text, Integer.toString(reason.number()), "`" + reason.label() + "`", reason.doc());
        }
        text.append('\n');
        text.append("""
                ## What is wrong on this host

                Rules watch the flows, the listeners and the host's counters, and raise events: [events.md](events.md) has every rule,
                what it measures, how to reproduce it, and what to do.

                ## The columns

                Below `%s` in SNMP; JMX and JSON use the name. `./tcpprobe flows` shows the verdict and its share as `limited by`, and
                ranks by each of the numbers (`--by rwndShare`).

                | column | name | unit | SNMP type | meaning |
                |---|---|---|---|---|
                """.formatted(MIB.flowEntry()));
        for (VerdictField field : VerdictField.all()) {
            row(
                    text,
                    Integer.toString(field.id()),
                    "`" + field.label() + "`",
                    field.unit().label(),
                    Smi.of(field).text(),
                    field.doc());
        }
        text.append("""

                ## Rates and rankings

                Every counter of a flow has a *rate*: its growth per second over the last window, with the name of the counter and the suffix
                `Rate`: `bytesSentRate` (bytes/s), `retransRate` (segments/s), `segsOutRate`. The window begins with a snapshot that is at least
                a second old. A flow that began in it grew from zero. A rate is absent without a window, if the counter has gone back, and if the
                flow is new but its beginning was not observed. The earlier snapshot keeps only the counters whose rates were requested within
                the last ten minutes, so the first request for a rate may find none.

                With some 20,000 flows and more, the sweeps of the source `bpf`, which update all rows, are followed by pauses, and there are
                snapshots without a sweep. A flow that no segment has sampled since the last sweep keeps its rates and its verdict until the next
                one. The window of a flow that was sampled since ends with its last sample.

                Flows can be ranked by each counter, gauge, share and rate:

                - `./tcpprobe flows --by retransRate`; `--by` alone lists the names. A counter is shown with its rate.
                - The operation `top` of the MBean `Flows`: a row has rank, value, rate of the counter that ranks, endpoints, process, state, verdict and
                  flow id. `query` returns the columns that it is asked for, `page` all.
                - SNMP: tcpProbeTopTable, `%s`, indexed by the measure and the rank. The measure is the number of a column of the flow table,
                  or 2000 plus the number of a counter for its rate. It has the first `snmp.top` flows; a flow with 0 has no rank.

                        $ snmpwalk -v2c -c public 127.0.0.1:1161 %s.%d.%d      # the remote endpoints with the most bytes/s sent

                A measure is ranked when one of its rows is read, by one pass over the flows, once for each snapshot.

                ## All flows

                These scalars below `%s` are attributes of the MBean `Flows`, too. The numbers of flows by verdict are tcpProbeVerdictTable,
                `%s`, and the attributes `SendersRwnd`, `ReceiversSlowReader` and so on.

                | object | name | unit | meaning |
                |---|---|---|---|
                """.formatted(
                        MIB.topEntry(),
                        MIB.topEntry(),
                        TopColumn.REMOTE.arc(),
                        new CounterRate(FlowField.BYTES_SENT).id(),
                        MIB.insight(),
                        MIB.verdictEntry()));
        for (InsightScalar scalar : InsightScalar.values()) {
            row(text, "`." + scalar.arc() + ".0`", scalar.label(), scalar.units(), scalar.doc());
        }
        Rendered.assertCommitted(DOCS.resolve("insight.md"), text.toString());
    }

    @Test
    void shouldListEveryValueOfAGroup() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Groups

                The lists are rendered from `io.tcpprobe.kernel.flow.GroupKind` and `GroupField`.

                Metrics and alerts are about groups of flows: a flow lives for seconds, and its port says nothing. The agent sums all flows
                by six kinds of groups. Each flow is in one group of each kind, so the groups of a kind add up to all flows. There
                are groups of the kind `pod` only if `kubelet.url` is set.

                Read them by SNMP below `%s` (index: number of the kind, number of the group), by JMX with the operation
                `groups` of `tcpprobe:type=Groups`, and as JSON:

                    $ snmpwalk -v2c -c public 127.0.0.1:1161 %s.3
                    $ curl -s localhost:8778/jolokia/exec/tcpprobe:type=Groups/groups/port

                Each row of `groups` has `takenNanos`, the time in CLOCK_MONOTONIC at which the live flows in it were read: for a rate, divide the difference
                of two answers by the difference of these times. Two answers with the same time are of the same snapshot.

                ## Kinds

                | number | kind | a group is named after |
                |---|---|---|
                """.formatted(MIB.groupEntry(), MIB.groupEntry()));
        for (GroupKind kind : GroupKind.all()) {
            row(text, Integer.toString(kind.number()), "`" + kind.label() + "`", kind.doc());
        }
        text.append("""

                A container is found by `cgroup` of a flow, the control group in which its socket was created, or that of the listener that
                accepted it; and by the names that managers give to control groups: Docker, containerd, Kubernetes, CRI-O, Podman, LXC,
                Incus and systemd-nspawn. If containers run in a container, a flow is in the group of the outermost one, because the
                processes inside it choose the names of what is below. A user who may create control groups, as systemd permits below a
                session, can give them the names of other containers: their flows are then shown under these. All flows are in `unknown` if the host has no control groups of
                version 2, if the agent itself runs in a container and so does not see those of the host, and with the sources `module` and
                `replay`; also flows whose control group was removed before the agent had read its name. The names are read in the
                background when a flow has an unknown control group, at most once a second and 5 % of the time; at most 20,000 control
                groups are known. Those that have been removed stay known as long as there is room, because flows may end later.

                The pod of a container is read from the node's kubelet ([container.md](container.md)). Once it is known, the container keeps it
                for its life, whatever the kubelet answers later. The flows of a container whose pod is not known are in `unknown`, also
                while the kubelet fails. If the kubelet does not list the container 30 s after its first flow, the container belongs to no
                pod. The kind `container` does not depend on the kubelet.

                ## How it is counted

                - **Bounded.** There are at most `groups.max` groups of a kind. The first ones stay, with their numbers, until the agent
                  ends; flows that would need another group are in the group `other`, number 1. So a client that connects to a thousand
                  ports, or from a thousand prefixes, does not remove a group. The count `assigned` of `other` shows how many flows found
                  no room.
                - **Unknown.** A kind has the group `unknown` besides, as soon as a flow needs it, even if there are `groups.max` groups.
                - **Names are unique.** A process chooses its name: one that is called "other" or "unknown" is in the group
                  `other (name of process)` or `unknown (name of process)`. In the same way there may be a `host (name of container)`.
                - **Counters never fall.** What ended flows had is added, and a live flow adds its increase. They count since the agent
                  started. A flow that the agent found open when it started, or when a flow was evicted before (`maxflows`), counts from
                  the values found; a flow that was opened since counts from zero.
                - **Live flows** are read when a client asks, at most every `snapshotage`. All values change then, also those of flows that
                  have ended. Without clients there is no work except for flows that end: one to two microseconds each.
                - **Ends.** The source `bpf` reports every end with its reason, and every connect that failed. The source `diag` finds ends
                  when it is refreshed: a connection that opens and ends between two requests is not counted, the reason is unknown,
                  and failed connects are not counted. The sources `module` and `replay` report no ends; their flows are `missed`
                  when they are gone.
                - **Flows that are gone without a report** are `missed` two seconds later. They keep what was seen.
                - **A flow keeps its groups**, even if its socket gets another owner. Only a flow whose process, container or pod is not known
                  yet moves once, from `unknown` to the group of that: what it did until then stays in `unknown`.
                - **Percentiles** are computed from the histogram `rttFrom...` of all samples since the agent started. For those of an
                  interval, take the differences of the buckets.

                ## Values

                | column | name | unit | SNMP type | meaning |
                |---|---|---|---|---|
                """);
        row(text, Integer.toString(TcpProbeMib.GROUP_NAME), "`name`", "", Smi.TEXT.text(), "The name of the group.");
        for (GroupField field : GroupField.all()) {
            row(
                    text,
                    Integer.toString(field.id()),
                    "`" + field.label() + "`",
                    field.unit().label(),
                    Smi.of(field).text(),
                    field.doc());
        }
        Rendered.assertCommitted(DOCS.resolve("groups.md"), text.toString());
    }

    @Test
    void shouldListEveryRule() throws IOException {
        StringBuilder text = new StringBuilder(
                """
                # Events

                The list is rendered from `io.tcpprobe.kernel.flow.EventRule`.

                Every `events.interval` seconds (default %s; 0 = never) the agent compares the flows and the host's counters with those of
                the time before, and evaluates the rules below. A rule *holds* for a subject if its value reaches the threshold, and if
                what it rests on reaches the minimum count. When it has held for its minimum duration, an event is *raised*; when its
                value was below the clear threshold for `events.clear` (default %s s), the event is *cleared*. So a value that swings around the threshold
                raises one event, not many.

                So an event is raised at the end of the first window at which its rule has held for the minimum duration, and sent to all sinks
                then: the page shows it some milliseconds later. A window that begins before the cause may not count, so this is up to one
                interval later than the cause plus the minimum duration. `listenerOverflow` has no minimum duration and does not wait for
                the interval: it is evaluated every second, so the page shows it within 2 s of the overflow. `sourceLost` and
                `maxflowsReached` are raised at the next interval.

                Events are about groups: a single flow has events of its own only while it is watched ([series.md](series.md)), or if it
                has sent `events.large`. At most 32 flows are watched, of `watch.max` watches. When the watch or the flow ends, its events
                are cleared after `events.clear`. A subject has at most 4
                active events, a rule 50 of one kind of subject, all rules 200 of one kind. Those that exceed their thresholds most are
                raised first; what is beyond is counted as suppressed, and raised when there is room. Events of the host are never
                suppressed.

                | subject | which |
                |---|---|
                """.formatted(Settings.EVENTS_INTERVAL.defaultText(), Settings.EVENTS_CLEAR.defaultText()));
        for (EventRule.Subject subject : EventRule.Subject.values()) {
            row(text, "`" + subject.label() + "`", subject.doc());
        }
        text.append("""

                ## Where they appear

                | sink | what |
                |---|---|
                | SNMP table | `%s`: the active events; below `%s` the numbers of active, raised and suppressed ones |
                | SNMP notifications | to the receivers in `snmp.notify`, see [notifications.md](notifications.md) |
                | JMX, HTTP/JSON | `tcpprobe:type=Events`: the attributes `Active` and `Past` (the last 500 that were cleared); notifications `tcpprobe.event.raised` and `tcpprobe.event.cleared` with the event as user data |
                | HTTP | `/events`: a stream of server-sent events, see below |
                | webhook | POSTs to the URLs in `events.webhook`, see below |
                | log | a line when an event is raised and when it is cleared, at most 20 an hour of each rule |

                No sink waits for another: each has its own bounded queue, and drops when it is full.

                ### As a stream

                    $ curl -N http://127.0.0.1:8778/events
                    retry: 3000

                    event: active
                    data: {"id":17,"rule":"blackhole","severity":"critical","subjectKind":"peerPrefix","subject":"192.0.2.0/24", ...}

                    id: 5f0c9a7e21b4-41

                    id: 5f0c9a7e21b4-42
                    event: cleared
                    data: {"id":17,"rule":"blackhole", ..., "raised":"2026-03-01T09:30:05.120Z","cleared":"2026-03-01T09:31:40.127Z", ...}

                These are server-sent events of HTML, as `EventSource` of browsers reads them. A reader first gets the active events,
                each as a message `active`, and then a message `raised` or `cleared` at each change. The data of a message is one line of
                JSON with the items of the MBean's tables; times are in UTC.

                The id of a message is that of the run of the agent and a number. A reader that comes back with the header
                `Last-Event-ID` (browsers send it), or the parameter `?lastEventId=`, gets what it has missed, nothing else and nothing
                twice. About 700 messages (512 kB) are kept. If they do not suffice, or the agent has been restarted, it gets a message `reset`:
                it must forget the events that it knows; the active ones follow. A comment (`:`) is sent after 15 seconds without a message.

                At most 64 readers are served at once, inside an application 16, and three quarters of them from one address; others get
                503. They need no thread. A reader is disconnected if 512 kB wait for it, or if it does not receive a message within 10 s.

                ### By webhook

                `events.webhook` has up to 8 URLs. With `events.webhook.format=cloudevents` each change is one POST of a CloudEvent 1.0 in
                structured mode, `application/cloudevents+json`. Its `data` has the same items as above:

                    {"specversion":"1.0","id":"1772357405120-17-raised","source":"/tcpprobe/web1","type":"io.tcpprobe.event.raised",
                     "subject":"peerPrefix 192.0.2.0/24","time":"2026-03-01T09:30:05.120Z","datacontenttype":"application/json",
                     "data":{"id":17,"rule":"blackhole","severity":"critical", ...}}

                The type is `io.tcpprobe.event.raised` or `io.tcpprobe.event.cleared`. `source` has the host's name.

                With `events.webhook.format=alertmanager` it is a list of alerts, for Alertmanager itself, without a Prometheus:

                    ./tcpprobe run --set events.webhook=http://127.0.0.1:9093/api/v2/alerts --set events.webhook.format=alertmanager

                    [{"labels":{"alertname":"blackhole","severity":"critical","instance":"web1","job":"tcpprobe","subjectKind":"peerPrefix",
                                "subject":"192.0.2.0/24"},
                      "annotations":{"summary":"blackhole of peerPrefix 192.0.2.0/24: 33 of 34 flows silent","advice":"...",
                                     "value":"97 percent","threshold":"80 percent","verdict":"recovery"},
                      "startsAt":"2026-03-01T09:30:05.120Z"}]

                Active events are sent again every minute: Alertmanager takes an alert that is not repeated for its `resolve_timeout`
                (5 minutes by default) as resolved. When the event is cleared, the alert is sent with `endsAt`.

                `events.webhook.tokenfile` names a file with the value of the header Authorization, one line such as `Bearer ...`. It is
                read for each request, so it can be replaced while the agent runs.

                A receiver has accepted a notice if it answers with a status from 200 to 299 within 10 s. The next one is sent after that,
                so the order is kept. After a status 408, 429 or 500 to 599, or without an answer, the notice is sent again, after pauses
                that grow from one to 30 seconds, for an hour; so a receiver may get a notice twice, with the same `id`. After another
                status it is not sent again: redirects are not followed. Up to 1,000 notices wait for each receiver. When the agent stops,
                it sends what waits, for 1.5 s. The attributes `WebhookSent`, `WebhookFailed` and `WebhookDropped` of `tcpprobe:type=Events` count
                the notices; what fails is logged, with the receiver's host, once an hour.

                ## What it costs, and what it does not see

                An evaluation reads one snapshot of the flows, small files of /proc and, while accept queues overflow, the sockets. Every
                second the files are read for `listenerOverflow`; a snapshot or the sockets then only if there was an overflow. Of
                the snapshot before, only the columns that rules need are kept. At most 10,000 subjects are measured in a window, in the
                order of the flow ids.

                Rules about flows, half-open connections, `maxflows` and overflows that the source counts for each listener compare two
                snapshots, and are evaluated when there is a new one (`snapshotage`). While the source cannot be read, their events stay as they are; the rules that use counters are
                evaluated at every interval.

                A connection that lives shorter than an interval is not measured, except by the host's counters. The rules that use those
                counters see the network namespace of the agent only; the rules about flows see all that the source sees.

                The source bpf writes a flow's row at most every `probetime`, and sweeps the rest once or twice a second. At an interval
                below 5 s a row may not have changed in a window, which interrupts the minimum duration: set `full=1` and `probetime=0`
                then.

                ## The rules

                """.formatted(MIB.eventEntry(), MIB.base().then(1, 9)));
        for (EventRule rule : EventRule.values()) {
            text.append("### ")
                    .append(rule.label())
                    .append(" (")
                    .append(rule.number())
                    .append(", ")
                    .append(rule.severity().label())
                    .append(")\n\n")
                    .append(rule.doc())
                    .append("\n\n- About: ")
                    .append(rule.subjects().stream()
                            .map(subject -> "`" + subject.label() + "`")
                            .collect(Collectors.joining(", ")))
                    .append("\n- Value: ")
                    .append(rule.measured())
                    .append("\n- Raised: at ")
                    .append(rule.setting()
                            .map(setting -> "`" + setting.name() + "` (default " + setting.defaultText() + " "
                                    + setting.unit().label() + ")")
                            .orElse("1"))
                    .append(rule.minimumText().isEmpty() ? "" : ", with a count of at least " + rule.minimumText())
                    .append(rule.raiseSeconds() == 0 ? ", at once" : ", for " + rule.raiseSeconds() + " s")
                    .append("; cleared below ")
                    .append(rule.clearPercent())
                    .append(" % of it\n- To reproduce: ")
                    .append(rule.reproduced())
                    .append("\n- Advice: ")
                    .append(rule.advice())
                    .append("\n\n");
        }
        Rendered.assertCommitted(DOCS.resolve("events.md"), text.toString().stripTrailing() + "\n");
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }
}
