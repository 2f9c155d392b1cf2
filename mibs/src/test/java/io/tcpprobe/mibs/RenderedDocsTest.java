package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
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

                Rendered from `io.tcpprobe.config.Settings`. Give them with `--set KEY=VALUE`, in a file named by `--config FILE`
                (lines `KEY = VALUE`), or in the environment (`TCPPROBE_SNMP_LISTEN` for `snmp.listen`). Where one is given twice,
                the later of this list wins: default, configuration file, changed while running, environment, command line.
                The variable of `port` is `TCPPROBE_PORT_FILTER`: in a pod, `TCPPROBE_PORT` is what Kubernetes says of a Service named
                tcpprobe. Such variables (`TCPPROBE_SERVICE_HOST`, `TCPPROBE_PORT_8778_TCP` ...) are ignored; any other unknown one
                that begins with `TCPPROBE_` is a warning.

                SIGHUP has an agent without a controlling terminal (a service, `setsid`) read its configuration file again: settings that are
                *live* and that nothing later in that list gives change at once, those that the file names no longer get their defaults, and one
                line of the log names what changed, what waits for a restart, and what is given elsewhere. A file with a problem is reported and
                changes nothing. Users need no signal: their file is watched. In a terminal SIGHUP ends the agent, as its hanging up should.

                ## The sampler

                Names and units are those of the Linux module tcp_probe_plus, and so are the defaults but for that of `maxflows`, which
                is 2000000 there; `snapshotage` is the agent's own. Those that are *live* can be changed over SNMP, JMX and HTTP while
                the agent runs; the change is kept over a restart.

                """);
        settings(text, Settings.PROBE);
        text.append("\n## TCP-ESTATS-MIB\n\nWhat RFC 4898 calls controls; see [estats.md](estats.md).\n\n");
        settings(text, Settings.ESTATS);
        text.append("\n## The connectors and the rest\n\n");
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

                Rendered from `io.tcpprobe.mibs.EstatsTable`. Tables below `%s.1.1`, index of 3 to 7 is the flow's id. Of the %d
                columns, the source `diag` gives %d and the source `bpf` %d, on a kernel that has all the fields ([fields.md](fields.md)
                says since which). What is not given, or not known yet, is noSuchInstance, never 0.

                A flow begins, for StartTimeStamp and the maxima, when it was first seen; what the kernel counts is counted since the
                connection began. Maxima and minima marked "over its samples" are those of the samples, so they depend on `probetime`;
                with `bpf`, MaxRwinRcvd is the kernel's own and exact. The other maxima are of all segments that arrived. Times are in
                milliseconds as the module wants them: for microseconds, see TCPPROBE-MIB.

                The scalar `%s.1.3.3.0`, tcpEStatsListenerTableLastChange, is what the agent has seen when it was asked. The controls
                below `%s` are settings: see [settings.md](settings.md).
                """.formatted(
                        EstatsTable.ROOT,
                        all.size(),
                        givenBy(all, EstatsColumn.Origin.KERNEL) + givenBy(all, EstatsColumn.Origin.SAMPLES),
                        all.size() - givenBy(all, EstatsColumn.Origin.NOBODY),
                        EstatsTable.ROOT,
                        SettingObjects.root(SettingGroup.ESTATS, MIB)));
        for (EstatsTable table : EstatsTable.values()) {
            text.append("\n## ")
                    .append(table.label())
                    .append("\n\n| column | name | type | from | given by |\n|---|---|---|---|---|\n");
            for (EstatsColumn column : table.columns()) {
                row(
                        text,
                        Integer.toString(column.id()),
                        column.name(),
                        column.syntax().text(),
                        column.from(),
                        column.origin().givenBy());
            }
        }
        Rendered.assertCommitted(DOCS.resolve("estats.md"), text.toString());
    }

    private static long givenBy(List<EstatsColumn> columns, EstatsColumn.Origin origin) {
        return columns.stream().filter(column -> column.origin() == origin).count();
    }

    @Test
    void shouldListEveryFieldOfAFlow() throws IOException {
        StringBuilder text = new StringBuilder("""
                # What is known of a flow

                Rendered from `io.tcpprobe.kernel.flow.FlowField`. A flow is a TCP connection with a socket and a peer; listening sockets,
                TIME-WAIT and half-open requests have no congestion state and are none. The column is the SNMP column below
                `%s`; JMX and JSON use the name. A value that the source or the kernel does not give is absent, which
                is not zero: noSuchInstance in SNMP, null in JMX and JSON.

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
        text.append("\n## What the source counts\n\nBelow `")
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
        StringBuilder text = new StringBuilder("""
                # Notifications

                Rendered from `io.tcpprobe.mibs.FlowNotification`. They are sent to the receivers that `snmp.notify` names while
                `estats.notify` is 1 ([settings.md](settings.md)), at most a thousand a second. Each carries sysUpTime.0 and snmpTrapOID.0,
                and after them the objects listed here, in this order. JMX and HTTP do not emit them.

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

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }
}
