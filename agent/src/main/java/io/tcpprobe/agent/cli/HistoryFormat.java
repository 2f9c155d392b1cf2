package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.agent.flows.ProcessText;
import io.tcpprobe.agent.terminal.VerdictText;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.VerdictField;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How the command {@code history} prints connections. */
enum HistoryFormat {
    /** Columns for a terminal: what matters first, and as many as fit. */
    TABLE {
        @Override
        List<String> lines(List<LoggedFlow> flows, Optional<FlowValue> by, int width, ZoneId zone) {
            List<FlowValue> fields = new ArrayList<>(List.of(
                    FlowField.BYTES_ACKED,
                    FlowField.BYTES_RECEIVED,
                    FlowField.RETRANS,
                    FlowField.SRTT,
                    FlowField.RTT_MAX,
                    FlowField.TIMEOUTS,
                    FlowField.SEGS_OUT,
                    FlowField.SEGS_IN));
            by.ifPresent(first -> {
                fields.remove(first);
                fields.addFirst(first);
            });
            boolean pods = flows.stream().anyMatch(flow -> flow.values().containsKey(FlowText.POD));
            Stream<String> headings = Stream.of(
                            Stream.of("ended", "local", "remote", "process"),
                            Stream.of(FlowText.POD.label()).filter(_ -> pods),
                            Stream.of("end", "limited by", ">seconds"),
                            fields.stream().map(field -> ">" + field.label()))
                    .flatMap(some -> some);
            TextTable table = new TextTable(headings.toArray(String[]::new));
            DateTimeFormatter time =
                    DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
            for (LoggedFlow flow : flows) {
                Stream<String> cells = Stream.of(
                                Stream.of(time.format(flow.ended()), flow.local(), flow.remote(), process(flow)),
                                Stream.of(Lines.shown(flow.text(FlowText.POD))).filter(_ -> pods),
                                Stream.of(Lines.shown(flow.end()), limit(flow), seconds(flow)),
                                fields.stream().map(field -> Lines.shown(flow.text(field))))
                        .flatMap(some -> some);
                table.row(cells.toArray(String[]::new));
            }
            return table.lines(width);
        }
    },
    /** Comma-separated values with a line of headings (RFC 4180). */
    CSV {
        @Override
        List<String> lines(List<LoggedFlow> flows, Optional<FlowValue> by, int width, ZoneId zone) {
            List<String> lines = new ArrayList<>();
            lines.add(Lines.csv(Stream.concat(
                            Stream.of(ENDED), FlowLogReader.VALUES.stream().map(FlowValue::label))
                    .toList()));
            for (LoggedFlow flow : flows) {
                Stream<String> values = FlowLogReader.VALUES.stream().map(flow::text);
                lines.add(Lines.csv(Stream.concat(Stream.of(flow.ended().toString()), values)
                        .toList()));
            }
            return lines;
        }
    },
    /** One JSON object a line; absent fields are left out. */
    JSON {
        @Override
        List<String> lines(List<LoggedFlow> flows, Optional<FlowValue> by, int width, ZoneId zone) {
            return flows.stream().map(HistoryFormat::json).toList();
        }
    };

    private static final String ENDED = "ended";

    /** Returns the lines to print. */
    abstract List<String> lines(List<LoggedFlow> flows, Optional<FlowValue> by, int width, ZoneId zone);

    /** Returns the format of this name. */
    static Optional<HistoryFormat> find(String name) {
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static String json(LoggedFlow flow) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(ENDED, flow.ended().toString());
        for (FlowValue field : FlowLogReader.VALUES) {
            if (flow.values().containsKey(field)) {
                Long number = field.numeric() ? flow.number(field) : null;
                object.put(field.label(), number == null ? flow.text(field) : number);
            }
        }
        return JsonText.of(object);
    }

    /** Returns the process that had the socket open. */
    private static String process(LoggedFlow flow) {
        Long pid = flow.number(FlowField.PID);
        return pid == null ? "-" : ProcessText.of(pid, flow.text(FlowField.COMMAND));
    }

    /** Returns what limited the connection in its life. */
    private static String limit(LoggedFlow flow) {
        Long share = flow.number(VerdictField.LIFE_SHARE);
        return share == null ? "-" : VerdictText.of(flow.text(VerdictField.LIFE_VERDICT), share);
    }

    /** Returns how long the connection was seen. */
    private static String seconds(LoggedFlow flow) {
        Long first = flow.number(FlowField.FIRST_SEEN);
        return first == null
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.1f",
                        Duration.between(Instant.ofEpochMilli(first), flow.ended())
                                        .toMillis()
                                / 1e3);
    }
}
