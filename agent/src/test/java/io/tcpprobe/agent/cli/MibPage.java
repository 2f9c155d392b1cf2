package io.tcpprobe.agent.cli;

import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.MibText;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The manual page tcpprobe-mib(7); tables and notifications are those of the module's text. */
final class MibPage {
    private static final String BASE = Settings.SNMP_BASEOID.defaultText();
    private static final Pattern TABLE = declaration("(tcpProbe\\w+Table) OBJECT-TYPE\\n    SYNTAX +SEQUENCE OF");
    private static final Pattern NOTIFICATION = declaration("(tcpProbe\\w+) NOTIFICATION-TYPE");

    private MibPage() {}

    private static Pattern declaration(String begin) {
        return Pattern.compile(begin + ".*?DESCRIPTION\\s+\"(.*?)\"", Pattern.DOTALL);
    }

    static String render() {
        String module = MibText.render(new TcpProbeMib(Oid.parse(BASE)));
        Mdoc page = new Mdoc("tcpprobe-mib", 7, "the MIB modules of tcpprobe");
        page.section("DESCRIPTION")
                .text(
                        "The agent of tcpprobe answers SNMP (SNMPv1, v2c and v3) at the addresses of the setting snmp.listen.")
                .text("It serves its own module TCPPROBE-MIB below " + BASE
                        + ", the setting snmp.baseoid, and these of the IETF:")
                .macro("Bl", "-bullet -compact")
                .item(
                        "",
                        "TCP-MIB (RFC 4022, RFC 2012): the counters, connections and listeners; the SET that deletes a connection.")
                .item("", "TCP-ESTATS-MIB (RFC 4898): the statistics of each connection.")
                .item("", "NOTIFICATION-LOG-MIB (RFC 3014): the last notifications of events.")
                .item("", "The group system of SNMPv2-MIB, and the objects of SNMPv3 for the engine and its users.")
                .endList();
        page.subsection("Tables of TCPPROBE-MIB");
        list(page, TABLE, module);
        page.subsection("Scalars of TCPPROBE-MIB").beginList();
        page.item(
                "Va tcpProbeSettings",
                "The settings of the sampler; a user with write access sets those that are live.");
        page.item(
                "Va tcpProbeAgent",
                "The agent: its source of flows and why better ones are not used, the kernel, the snapshot.");
        page.item("Va tcpProbeStatistics", "The statistics of the source of flows.");
        page.item("Va tcpProbeInsightScalars", "What all flows did in the last window.");
        page.endList();
        page.subsection("Notifications of TCPPROBE-MIB")
                .text("They are sent to the receivers in the setting snmp.notify.");
        list(page, NOTIFICATION, module);
        page.subsection("Loading the module")
                .text(
                        "Objects can always be read by number. For names, net-snmp needs the module: -m +TCPPROBE-MIB, or a line in snmp.conf.")
                .text(
                        "The installed file defines the textual conventions that it uses, so it needs no module of the IETF, which Debian does"
                                + " not install.")
                .text(
                        "Tools that reject a module without imports load the other file, together with the modules that it imports.");
        page.section("FILES").beginList();
        page.item("Pa /usr/share/snmp/mibs/TCPPROBE-MIB.txt", "The module for net-snmp, without imports.");
        page.item("Pa /usr/share/doc/tcpprobe/mibs/TCPPROBE-MIB.txt", "The module with imports, for strict tools.");
        page.endList();
        page.section("EXAMPLES")
                .text(
                        "The peers of the flows with the most retransmissions; the measure, the first index, is the number of a column of"
                                + " tcpProbeFlowTable, here that of tcpProbeFlowRetrans:")
                .example("""
                        $ snmpwalk -v2c -c public -m +TCPPROBE-MIB 127.0.0.1:1161 TCPPROBE-MIB::tcpProbeTopRemote.%d
                        """.formatted(FlowField.RETRANS.id()))
                .macro("Pp")
                .text("All events that are active, as a table, and one column of all flows:")
                .example("""
                        $ snmptable -v2c -c public -m +TCPPROBE-MIB -Ci -Cb 127.0.0.1:1161 TCPPROBE-MIB::tcpProbeEventTable
                        $ snmpbulkwalk -v2c -c public -m +TCPPROBE-MIB 127.0.0.1:1161 TCPPROBE-MIB::tcpProbeFlowSrtt
                        """)
                .macro("Pp")
                .text("A change of a setting, as a user with write access:")
                .example("""
                        $ snmpset -v3 -l authPriv -u ops -a SHA-256 -A ... -x AES -X ... -m +TCPPROBE-MIB \\
                              127.0.0.1:1161 TCPPROBE-MIB::tcpProbeProbetime.0 = 250
                        """);
        return page.seeAlso(List.of(
                        "snmptable 1", "snmptranslate 1", "snmpwalk 1", "tcpprobe 1", "snmp.conf 5", "tcpprobe.conf 5"))
                .toString();
    }

    private static void list(Mdoc page, Pattern declaration, String module) {
        page.beginList();
        Matcher each = declaration.matcher(module);
        while (each.find()) {
            page.item("Va " + each.group(1), each.group(2).replaceAll("\\s+", " "));
        }
        page.endList();
    }
}
