package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Syntax;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import io.tcpprobe.kernel.proc.HostGauge;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders TCPPROBE-MIB (SMIv2, RFC 2578 to 2580) from the lists of settings, statistics and flow fields. */
public final class MibText {
    private static final String NAME = "TCPPROBE-MIB";
    private static final String UPDATED = "202611220000Z";
    private static final String ENTERPRISES = "1.3.6.1.4.1.";
    private static final int WIDTH = 72;
    private static final Syntaxes SYNTAXES = new Syntaxes();
    private static final VerdictSyntaxes VERDICT_SYNTAXES = new VerdictSyntaxes();

    private static final String IMPORTS = """
            IMPORTS
                MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32,
                Unsigned32, Gauge32, Counter32, Counter64, enterprises
                    FROM SNMPv2-SMI
                DateAndTime, DisplayString
                    FROM SNMPv2-TC
                MODULE-COMPLIANCE, OBJECT-GROUP, NOTIFICATION-GROUP
                    FROM SNMPv2-CONF
                SnmpAdminString
                    FROM SNMP-FRAMEWORK-MIB
                InetAddressType, InetAddress, InetPortNumber
                    FROM INET-ADDRESS-MIB
                CounterBasedGauge64
                    FROM HCNUM-TC;

            """;

    private static final String WITHOUT_IMPORTS = """
            -- For tools that do not have the modules of the IETF, such as
            -- net-snmp as Debian installs it. Where SNMPv2-SMI, SNMPv2-TC,
            -- SNMPv2-CONF, SNMP-FRAMEWORK-MIB, INET-ADDRESS-MIB and HCNUM-TC
            -- are installed, use the module that imports from them: both have
            -- the same objects.

            """;

    /** The types that {@link #IMPORTS} imports. The SMI's own types are part of the tools. */
    private static final String CONVENTIONS = """
            DisplayString ::= TEXTUAL-CONVENTION
                DISPLAY-HINT "255a"
                STATUS      current
                DESCRIPTION
                    "Text in ASCII."
                SYNTAX      OCTET STRING (SIZE(0..255))

            SnmpAdminString ::= TEXTUAL-CONVENTION
                DISPLAY-HINT "255t"
                STATUS      current
                DESCRIPTION
                    "Text in UTF-8."
                SYNTAX      OCTET STRING (SIZE(0..255))

            DateAndTime ::= TEXTUAL-CONVENTION
                DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d"
                STATUS      current
                DESCRIPTION
                    "Year, month, day, hour, minute, second, tenth of a second;
                    and how far the clock is ahead of UTC or behind: + or -,
                    hours, minutes."
                SYNTAX      OCTET STRING (SIZE(8|11))

            InetAddressType ::= TEXTUAL-CONVENTION
                STATUS      current
                DESCRIPTION
                    "What an address is; with z it has the number of an
                    interface."
                SYNTAX      INTEGER {
                    unknown(0),
                    ipv4(1),
                    ipv6(2),
                    ipv4z(3),
                    ipv6z(4),
                    dns(16)
                }

            InetAddress ::= TEXTUAL-CONVENTION
                STATUS      current
                DESCRIPTION
                    "An address, in network byte order."
                SYNTAX      OCTET STRING (SIZE(0..255))

            InetPortNumber ::= TEXTUAL-CONVENTION
                DISPLAY-HINT "d"
                STATUS      current
                DESCRIPTION
                    "A port; 0 if there is none."
                SYNTAX      Unsigned32 (0..65535)

            CounterBasedGauge64 ::= TEXTUAL-CONVENTION
                STATUS      current
                DESCRIPTION
                    "A gauge of 64 bits, which has the tag of a Counter64."
                SYNTAX      Counter64

            """;

    private final StringBuilder text = new StringBuilder();
    private final TcpProbeMib mib;

    private MibText(TcpProbeMib mib) {
        this.mib = mib;
    }

    /** Returns the text of the module, for the base of {@code mib}. */
    public static String render(TcpProbeMib mib) {
        return new MibText(mib).module(IMPORTS, "");
    }

    /**
     * Returns the same module without imports, for tools that do not have the modules of the IETF. It defines the textual conventions itself,
     * under their usual names. Compilers that require the imports of SMIv2 reject it; net-snmp does not.
     */
    public static String renderWithoutImports(TcpProbeMib mib) {
        return new MibText(mib).module(WITHOUT_IMPORTS, CONVENTIONS);
    }

    private String module(String begin, String conventions) {
        header(begin, conventions);
        settings();
        about();
        statistics();
        flowTable();
        counterTable();
        groupTable();
        events();
        topTable();
        insight();
        conformance();
        return text.append("END\n").toString();
    }

    private void header(String begin, String conventions) {
        text.append(NAME).append(" DEFINITIONS ::= BEGIN\n\n").append(begin);
        text.append("""
                tcpProbeMIB MODULE-IDENTITY
                    LAST-UPDATED "%s"
                    ORGANIZATION "tcpprobe"
                    CONTACT-INFO "The maintainers of tcpprobe."
                    DESCRIPTION
                        "TCP of a Linux host: the congestion window, round-trip
                        times and counters of every flow, the settings of the
                        sampler, and the kernel's TCP counters that have no
                        standard object. 'We' are this host."
                    REVISION "%s"
                    DESCRIPTION
                        "First version."
                    ::= { %s }

                %s
                tcpProbeNotifications OBJECT IDENTIFIER ::= { tcpProbeMIB 0 }
                tcpProbeObjects     OBJECT IDENTIFIER ::= { tcpProbeMIB 1 }
                tcpProbeConformance OBJECT IDENTIFIER ::= { tcpProbeMIB 2 }
                tcpProbeSettings    OBJECT IDENTIFIER ::= { tcpProbeObjects 1 }
                tcpProbeAgent       OBJECT IDENTIFIER ::= { tcpProbeObjects 2 }
                tcpProbeStatistics  OBJECT IDENTIFIER ::= { tcpProbeObjects 3 }
                tcpProbeEvents      OBJECT IDENTIFIER ::= { tcpProbeObjects 9 }
                tcpProbeInsight     OBJECT IDENTIFIER ::= { tcpProbeObjects 8 }
                tcpProbeInsightScalars OBJECT IDENTIFIER ::= { tcpProbeInsight 1 }

                """.formatted(UPDATED, UPDATED, parent(), conventions + roots(conventions) + parents()));
    }

    /** Returns the arcs of the base after "enterprises" or, if it is not below that, after "iso". */
    private List<String> arcs() {
        String base = mib.base().toString();
        String below =
                base.startsWith(ENTERPRISES) ? base.substring(ENTERPRISES.length()) : base.substring("1.".length());
        return List.of(below.split("\\.", -1));
    }

    private String parent() {
        int above = arcs().size() - 1;
        return (above == 0 ? root() : "tcpProbeParent" + above) + " " + arcs().getLast();
    }

    private String root() {
        return mib.base().toString().startsWith(ENTERPRISES) ? "enterprises" : "iso";
    }

    /** Returns the definition of "enterprises" for a module that does not import it. */
    private String roots(String conventions) {
        return conventions.isEmpty() || !root().equals("enterprises")
                ? ""
                : "enterprises OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) private(4) 1 }\n";
    }

    /** Returns names for all object ids above the module, which strict compilers require. */
    private String parents() {
        StringBuilder lines = new StringBuilder();
        String above = root();
        for (int i = 1; i < arcs().size(); i++) {
            String name = "tcpProbeParent" + i;
            lines.append("%s OBJECT IDENTIFIER ::= { %s %s }\n".formatted(name, above, arcs().get(i - 1)));
            above = name;
        }
        return lines.toString();
    }

    private void object(String name, String syntax, String units, String access, String doc, String rest) {
        text.append(name)
                .append(" OBJECT-TYPE\n    SYNTAX      ")
                .append(syntax)
                .append('\n');
        if (!units.isEmpty()) {
            text.append("    UNITS       \"").append(units).append("\"\n");
        }
        text.append("    MAX-ACCESS  ").append(access).append("\n    STATUS      current\n    DESCRIPTION\n");
        text.append(quoted(doc)).append(rest).append("\n\n");
    }

    private static String quoted(String doc) {
        StringBuilder lines = new StringBuilder("        \"");
        int column = 9;
        String gap = "";
        for (String word : doc.replace('"', '\'').split(" ", -1)) {
            if (column + word.length() + 1 > WIDTH) {
                lines.append("\n        ").append(word);
                column = 8 + word.length();
            } else {
                lines.append(gap).append(word);
                column += gap.length() + word.length();
            }
            gap = " ";
        }
        return lines.append("\"\n").toString();
    }

    private static String assignment(String parent, int arc) {
        return "    ::= { " + parent + " " + arc + " }";
    }

    private void settings() {
        for (Setting<Long> setting : Settings.PROBE) {
            Syntax.Whole range = range(setting);
            object(
                    name(setting),
                    "Integer32 (" + range.min() + ".." + range.max() + ")",
                    units(setting.unit()),
                    setting.writable() ? "read-write" : "read-only",
                    setting.doc() + (setting.writable() ? "" : " Takes effect at the agent's start only."),
                    "    DEFVAL { " + setting.defaultText() + " }\n"
                            + assignment(
                                    "tcpProbeSettings",
                                    SettingObjects.scalar(setting).arc()));
        }
    }

    private static Syntax.Whole range(Setting<Long> setting) {
        if (setting.syntax() instanceof Syntax.Whole whole) {
            return whole;
        }
        throw new IllegalStateException(setting.name() + " is not a whole number");
    }

    private static String units(Unit unit) {
        return unit == Unit.FLAG || unit == Unit.PORT ? "" : unit.label();
    }

    private static String name(Setting<?> setting) {
        return SettingObjects.scalar(setting).descriptor();
    }

    private static String name(FlowStatistic statistic) {
        return "tcpProbeStat" + capital(statistic.label());
    }

    private static String name(FlowField field) {
        return "tcpProbeFlow" + capital(field.label());
    }

    private static String name(VerdictField field) {
        return "tcpProbeFlow" + capital(field.label());
    }

    private static String name(FlowText text) {
        return "tcpProbeFlow" + capital(text.label());
    }

    private static String name(GroupField field) {
        return "tcpProbeGroup" + capital(field.label());
    }

    private static String capital(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private void about() {
        objects("tcpProbeAgent", List.of(TcpProbeMib.About.values()));
    }

    private void objects(String parent, List<? extends MibObject> objects) {
        for (MibObject object : objects) {
            object(
                    object.label(),
                    syntax(object),
                    object.units(),
                    object == EventObject.CLEARED ? "accessible-for-notify" : "read-only",
                    object.doc(),
                    assignment(parent, object.arc()));
        }
    }

    private static String syntax(MibObject object) {
        return switch (object) {
            case TopColumn.VERDICT, EventObject.VERDICT -> VERDICT_SYNTAXES.of(VerdictField.VERDICT);
            case TopColumn.RECEIVER_VERDICT -> VERDICT_SYNTAXES.of(VerdictField.RECEIVER_VERDICT);
            case EventObject.RULE -> enumeration(List.of(EventRule.values()), EventRule::label, EventRule::number);
            case EventObject.SEVERITY ->
                enumeration(
                        List.of(EventRule.Severity.values()), EventRule.Severity::label, EventRule.Severity::number);
            case EventObject.SUBJECT_KIND ->
                enumeration(List.of(EventRule.Subject.values()), EventRule.Subject::label, EventRule.Subject::number);
            default -> object.syntax().text();
        };
    }

    private void sequence(String entry, List<String> indexes, List<? extends MibObject> columns) {
        text.append(entry).append(" ::= SEQUENCE {\n    ");
        text.append(Stream.concat(
                        indexes.stream().map(index -> index + " Unsigned32"),
                        columns.stream()
                                .map(column ->
                                        column.label() + ' ' + column.syntax().text()))
                .collect(Collectors.joining(",\n    ")));
        text.append("\n}\n\n");
    }

    private void topTable() {
        object(
                "tcpProbeTopTable",
                "SEQUENCE OF TcpProbeTopEntry",
                "",
                "not-accessible",
                "The flows with the highest values of each measure, at most as many as the setting snmp.top. A measure is ranked"
                        + " when one of its rows is read, once for each snapshot. Flows without a value, or with 0, have no rank.",
                assignment("tcpProbeObjects", 7));
        object(
                "tcpProbeTopEntry",
                "TcpProbeTopEntry",
                "",
                "not-accessible",
                "One ranked flow.",
                "    INDEX { tcpProbeTopMeasure, tcpProbeTopRank }\n" + assignment("tcpProbeTopTable", 1));
        List<TopColumn> columns = List.of(TopColumn.values());
        sequence("TcpProbeTopEntry", List.of("tcpProbeTopMeasure", "tcpProbeTopRank"), columns);
        object(
                "tcpProbeTopMeasure",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "What the flows are ranked by: the number of a column of tcpProbeFlowTable that is a counter, a gauge or a share;"
                        + " or 2000 plus the number of a counter, for its growth per second over the last window.",
                assignment("tcpProbeTopEntry", 1));
        object(
                "tcpProbeTopRank",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "The rank; 1 is the highest value. Of equal values the older flow comes first.",
                assignment("tcpProbeTopEntry", 2));
        objects("tcpProbeTopEntry", columns);
    }

    private void insight() {
        objects("tcpProbeInsightScalars", List.of(InsightScalar.values()));
        object(
                "tcpProbeVerdictTable",
                "SEQUENCE OF TcpProbeVerdictEntry",
                "",
                "not-accessible",
                "How many flows have each verdict over the last window.",
                assignment("tcpProbeInsight", 2));
        object(
                "tcpProbeVerdictEntry",
                "TcpProbeVerdictEntry",
                "",
                "not-accessible",
                "One verdict.",
                "    INDEX { tcpProbeVerdictNumber }\n" + assignment("tcpProbeVerdictTable", 1));
        List<VerdictCountColumn> columns = List.of(VerdictCountColumn.values());
        sequence("TcpProbeVerdictEntry", List.of("tcpProbeVerdictNumber"), columns);
        object(
                "tcpProbeVerdictNumber",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "The number of the verdict, as in tcpProbeFlowVerdict and tcpProbeFlowReceiverVerdict.",
                assignment("tcpProbeVerdictEntry", 1));
        objects("tcpProbeVerdictEntry", columns);
    }

    private void statistics() {
        for (FlowStatistic statistic : FlowStatistic.values()) {
            object(
                    name(statistic),
                    TcpProbeMib.syntax(statistic).text(),
                    "",
                    "read-only",
                    statistic.doc(),
                    assignment("tcpProbeStatistics", statistic.id()));
        }
    }

    private static List<FlowField> columns() {
        return Arrays.stream(FlowField.values())
                .sorted(Comparator.comparingInt(FlowField::id))
                .toList();
    }

    private void flowTable() {
        object(
                "tcpProbeFlowTable",
                "SEQUENCE OF TcpProbeFlowEntry",
                "",
                "not-accessible",
                "The TCP connections of the host, except those in TIME-WAIT and half-open ones. A value that the source or the"
                        + " kernel does not provide is not instantiated.",
                assignment("tcpProbeObjects", 4));
        object(
                "tcpProbeFlowEntry",
                "TcpProbeFlowEntry",
                "",
                "not-accessible",
                "One TCP connection.",
                "    INDEX { tcpProbeFlowId }\n" + assignment("tcpProbeFlowTable", 1));
        text.append("TcpProbeFlowEntry ::= SEQUENCE {\n    tcpProbeFlowId Unsigned32");
        for (FlowField field : columns()) {
            text.append(",\n    ").append(name(field)).append(' ').append(sequenceType(Smi.of(field)));
        }
        for (VerdictField field : VerdictField.all()) {
            text.append(",\n    ").append(name(field)).append(' ').append(sequenceType(Smi.of(field)));
        }
        for (FlowText flowText : FlowText.all()) {
            text.append(",\n    ").append(name(flowText)).append(' ').append(Smi.DISPLAY_STRING.text());
        }
        text.append("\n}\n\n");
        object(
                "tcpProbeFlowId",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "The flow id. Later flows have higher ids, until the id wraps.",
                assignment("tcpProbeFlowEntry", 1));
        for (FlowField field : columns()) {
            object(
                    name(field),
                    SYNTAXES.of(field),
                    field.isTime() ? "" : units(field.unit()),
                    "read-only",
                    field.doc() + " Source: " + field.origin() + ".",
                    assignment("tcpProbeFlowEntry", field.id()));
        }
        for (VerdictField field : VerdictField.all()) {
            object(
                    name(field),
                    VERDICT_SYNTAXES.of(field),
                    units(field.unit()),
                    "read-only",
                    field.doc(),
                    assignment("tcpProbeFlowEntry", field.id()));
        }
        for (FlowText flowText : FlowText.all()) {
            object(
                    name(flowText),
                    Smi.DISPLAY_STRING.text(),
                    "",
                    "read-only",
                    flowText.doc(),
                    assignment("tcpProbeFlowEntry", flowText.id()));
        }
    }

    private static String sequenceType(Smi smi) {
        return smi == Smi.INET_ADDRESS ? "InetAddress" : smi.text();
    }

    private static <T> String enumeration(List<T> values, Function<T, String> label, ToIntFunction<T> number) {
        return values.stream()
                .map(value -> "        " + label.apply(value) + "(" + number.applyAsInt(value) + ")")
                .collect(Collectors.joining(",\n", "INTEGER {\n", "\n    }"));
    }

    /** The SYNTAX clauses of the computed columns. */
    private static final class VerdictSyntaxes implements VerdictProjection<String> {
        @Override
        public String number(VerdictField field) {
            return Smi.of(field).text();
        }

        @Override
        public String senderVerdict(VerdictField field) {
            return enumeration(Verdict.ofSender(), Verdict::label, Verdict::number);
        }

        @Override
        public String receiverVerdict(VerdictField field) {
            return enumeration(Verdict.ofReceiver(), Verdict::label, Verdict::number);
        }

        @Override
        public String networkCause(VerdictField field) {
            return enumeration(List.of(NetworkCause.values()), NetworkCause::label, NetworkCause::number);
        }

        @Override
        public String text(VerdictField field) {
            return "SnmpAdminString";
        }
    }

    /** The SYNTAX clauses of the columns: the type, with its range where it is narrower than the type. */
    private static final class Syntaxes implements FieldProjection<String> {
        @Override
        public String number(FlowField field) {
            return Smi.of(field).text();
        }

        @Override
        public String address(FlowField field) {
            return Smi.of(field).text();
        }

        @Override
        public String bits(FlowField field) {
            return "Unsigned32 (0..255)";
        }

        @Override
        public String flag(FlowField field) {
            return "Unsigned32 (0..1)";
        }

        @Override
        public String name(FlowField field) {
            return "SnmpAdminString (SIZE(0..16))";
        }

        @Override
        public String state(FlowField field) {
            return enumeration(
                    Arrays.stream(TcpState.values())
                            .filter(state -> state != TcpState.NEW_SYN_RECEIVED)
                            .sorted(Comparator.comparingInt(TcpState::mib))
                            .toList(),
                    TcpState::label,
                    TcpState::mib);
        }

        @Override
        public String time(FlowField field) {
            return Smi.of(field).text();
        }
    }

    private void counterTable() {
        object(
                "tcpProbeCounterTable",
                "SEQUENCE OF TcpProbeCounterEntry",
                "",
                "not-accessible",
                "The kernel's TCP counters that have no standard object: all of the groups TcpExt and MPTcpExt in"
                        + " /proc/net/netstat, and those of the group Tcp in /proc/net/snmp that are not in TCP-MIB.",
                assignment("tcpProbeObjects", 5));
        object(
                "tcpProbeCounterEntry",
                "TcpProbeCounterEntry",
                "",
                "not-accessible",
                "One counter.",
                "    INDEX { tcpProbeCounterName }\n" + assignment("tcpProbeCounterTable", 1));
        text.append("""
                TcpProbeCounterEntry ::= SEQUENCE {
                    tcpProbeCounterName SnmpAdminString,
                    tcpProbeCounterValue Counter64,
                    tcpProbeCounterGauge Gauge32
                }

                """);
        object(
                "tcpProbeCounterName",
                "SnmpAdminString (SIZE(1..64))",
                "",
                "not-accessible",
                "The kernel's name of the counter, for example 'TCPTimeouts'.",
                assignment("tcpProbeCounterEntry", 1));
        object(
                "tcpProbeCounterValue",
                "Counter64",
                "",
                "read-only",
                "The counter's value; not instantiated if the value can decrease, see tcpProbeCounterGauge.",
                assignment("tcpProbeCounterEntry", TcpProbeMib.COUNTER_VALUE));
        object(
                "tcpProbeCounterGauge",
                "Gauge32",
                "",
                "read-only",
                "The value if the kernel lists it among its counters but it can decrease: " + gauges()
                        + ". Not instantiated for counters.",
                assignment("tcpProbeCounterEntry", TcpProbeMib.COUNTER_GAUGE));
    }

    /** Returns the gauges that have no object in TCP-MIB. */
    private static String gauges() {
        Set<String> standard =
                Arrays.stream(TcpMib.values()).map(TcpMib::counter).collect(Collectors.toSet());
        return Arrays.stream(HostGauge.values())
                .filter(gauge -> !standard.contains(gauge.label()))
                .map(gauge -> gauge.label() + " (" + gauge.reason() + ")")
                .collect(Collectors.joining(", "));
    }

    private void groupTable() {
        object(
                "tcpProbeGroupTable",
                "SEQUENCE OF TcpProbeGroupEntry",
                "",
                "not-accessible",
                "Flows summed in groups. Counters count since the agent started, include the flows that have ended, and never"
                        + " fall. The number of groups is limited by the setting groups.max; all further flows are in the group"
                        + " other. A value that the source does not provide is not instantiated.",
                assignment("tcpProbeObjects", 6));
        object(
                "tcpProbeGroupEntry",
                "TcpProbeGroupEntry",
                "",
                "not-accessible",
                "One group of flows. It stays until the agent ends.",
                "    INDEX { tcpProbeGroupKind, tcpProbeGroupNumber }\n" + assignment("tcpProbeGroupTable", 1));
        text.append("""
                TcpProbeGroupEntry ::= SEQUENCE {
                    tcpProbeGroupKind INTEGER,
                    tcpProbeGroupNumber Unsigned32,
                    tcpProbeGroupName SnmpAdminString""");
        for (GroupField field : GroupField.all()) {
            text.append(",\n    ")
                    .append(name(field))
                    .append(' ')
                    .append(Smi.of(field).text());
        }
        text.append("\n}\n\n");
        object(
                "tcpProbeGroupKind",
                enumeration(GroupKind.all(), GroupKind::label, GroupKind::number),
                "",
                "not-accessible",
                "What the flows are grouped by. "
                        + GroupKind.all().stream()
                                .map(kind -> "By " + kind.label() + ": " + kind.doc())
                                .collect(Collectors.joining(" ")),
                assignment("tcpProbeGroupEntry", 1));
        object(
                "tcpProbeGroupNumber",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "The number of the group among those of its kind, in the order in which they were first seen; it does not change"
                        + " while the agent runs. Number 1 is the group other.",
                assignment("tcpProbeGroupEntry", 2));
        object(
                "tcpProbeGroupName",
                "SnmpAdminString",
                "",
                "read-only",
                "The name of the group: 'client', '443', 'nginx', '192.0.2.0/24'.",
                assignment("tcpProbeGroupEntry", TcpProbeMib.GROUP_NAME));
        for (GroupField field : GroupField.all()) {
            object(
                    name(field),
                    Smi.of(field).text(),
                    units(field.unit()),
                    "read-only",
                    field.doc(),
                    assignment("tcpProbeGroupEntry", field.id()));
        }
    }

    private void events() {
        object(
                "tcpProbeEventTable",
                "SEQUENCE OF TcpProbeEventEntry",
                "",
                "not-accessible",
                "The active events: rules that hold for a listener, a peer prefix, a process, a large flow or the host.",
                assignment("tcpProbeEvents", 1));
        object(
                "tcpProbeEventEntry",
                "TcpProbeEventEntry",
                "",
                "not-accessible",
                "One event.",
                "    INDEX { tcpProbeEventId }\n" + assignment("tcpProbeEventTable", 1));
        List<EventObject> columns = List.of(EventObject.values());
        sequence("TcpProbeEventEntry", List.of("tcpProbeEventId"), columns);
        object(
                "tcpProbeEventId",
                "Unsigned32 (1..4294967295)",
                "",
                "not-accessible",
                "The number of the event. Later events have higher numbers.",
                assignment("tcpProbeEventEntry", 1));
        objects("tcpProbeEventEntry", columns);
        objects("tcpProbeEvents", List.of(TcpProbeMib.EventScalar.values()));
        for (EventNotification notification : EventNotification.values()) {
            text.append(notification.label()).append(" NOTIFICATION-TYPE\n    OBJECTS {\n        ");
            text.append(
                    notification.objects().stream().map(EventObject::label).collect(Collectors.joining(",\n        ")));
            text.append("\n    }\n    STATUS      current\n    DESCRIPTION\n").append(quoted(notification.doc()));
            text.append(assignment("tcpProbeNotifications", notification.arc())).append("\n\n");
        }
    }

    private void conformance() {
        text.append("tcpProbeCompliances OBJECT IDENTIFIER ::= { tcpProbeConformance 1 }\n");
        text.append("tcpProbeGroups      OBJECT IDENTIFIER ::= { tcpProbeConformance 2 }\n\n");
        text.append("""
                tcpProbeCompliance MODULE-COMPLIANCE
                    STATUS      current
                    DESCRIPTION
                        "The objects that every agent with this module has."
                    MODULE
                        MANDATORY-GROUPS {
                            tcpProbeSettingsGroup,
                            tcpProbeAgentGroup,
                            tcpProbeStatisticsGroup,
                            tcpProbeFlowGroup,
                            tcpProbeCounterGroup,
                            tcpProbeGroupGroup,
                            tcpProbeEventGroup,
                            tcpProbeEventNotificationGroup,
                            tcpProbeTopGroup,
                            tcpProbeInsightGroup
                        }
                    ::= { tcpProbeCompliances 1 }

                """);
        group(
                "Settings",
                "The settings of the sampler.",
                Settings.PROBE.stream().map(MibText::name).toList(),
                1);
        group("Agent", "Information about the agent.", labels(TcpProbeMib.About.values()), 2);
        group(
                "Statistics",
                "The statistics of the source of flows.",
                Arrays.stream(FlowStatistic.values()).map(MibText::name).toList(),
                3);
        group(
                "Flow",
                "The flows.",
                Stream.of(
                                columns().stream().map(MibText::name),
                                VerdictField.all().stream().map(MibText::name),
                                FlowText.all().stream().map(MibText::name))
                        .flatMap(names -> names)
                        .toList(),
                4);
        group(
                "Counter",
                "The counters without a standard object.",
                List.of("tcpProbeCounterValue", "tcpProbeCounterGauge"),
                5);
        group(
                "Group",
                "The groups of flows.",
                Stream.concat(
                                Stream.of("tcpProbeGroupName"),
                                GroupField.all().stream().map(MibText::name))
                        .toList(),
                6);
        group(
                "Event",
                "The events.",
                Stream.concat(
                                Arrays.stream(EventObject.values()).map(EventObject::label),
                                Arrays.stream(TcpProbeMib.EventScalar.values()).map(TcpProbeMib.EventScalar::label))
                        .toList(),
                8);
        text.append("tcpProbeEventNotificationGroup NOTIFICATION-GROUP\n    NOTIFICATIONS {\n        ");
        text.append(Arrays.stream(EventNotification.values())
                .map(EventNotification::label)
                .collect(Collectors.joining(",\n        ")));
        text.append("\n    }\n    STATUS      current\n    DESCRIPTION\n")
                .append(quoted("The notifications about events."));
        text.append(assignment("tcpProbeGroups", 9)).append("\n\n");
        group("Top", "The top flows.", labels(TopColumn.values()), 7);
        group(
                "Insight",
                "What all flows did in the last window.",
                Stream.concat(labels(InsightScalar.values()).stream(), labels(VerdictCountColumn.values()).stream())
                        .toList(),
                10);
    }

    private static List<String> labels(MibObject... objects) {
        return Arrays.stream(objects).map(MibObject::label).toList();
    }

    private void group(String name, String doc, List<String> objects, int arc) {
        text.append("tcpProbe").append(name).append("Group OBJECT-GROUP\n    OBJECTS {\n        ");
        text.append(String.join(",\n        ", objects));
        text.append("\n    }\n    STATUS      current\n    DESCRIPTION\n").append(quoted(doc));
        text.append(assignment("tcpProbeGroups", arc)).append("\n\n");
    }
}
