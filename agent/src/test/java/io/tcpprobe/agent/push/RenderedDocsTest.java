package io.tcpprobe.agent.push;

import io.tcpprobe.agent.ipfix.IpfixElement;
import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of docs/ that is a projection of the list of fields of a record. */
class RenderedDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "flow-records.md");

    @Test
    void shouldListEveryField() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Flow records

                Rendered from `io.tcpprobe.agent.push.RecordField`. Push connectors send records of flows to other systems: by OTLP to an
                OpenTelemetry collector and by IPFIX ([integrations.md](integrations.md)), and as JSON to Kafka ([fleet.md](fleet.md)). They are off by
                default. What records disclose: [security.md](security.md).

                A flow has one record when it ends, or when its connect() fails (`finalRecord`). A flow that is older than
                `push.interval` (default %s s) has another one at each interval. All counters are totals since the flow began, so a later
                record replaces an earlier one, and a lost one loses nothing; a gap in `recordNumber` shows it. A source that does not report
                ends ([fields.md](fields.md)) has the records of intervals only.

                `push.sampling=N` keeps one flow in N: those whose community id, decoded from Base64 after the "1:", has first four bytes
                that are divisible by N as a number in network order. Agents at both endpoints keep the same flows, and systems that compute
                the community id themselves, such as Zeek and Suricata, can keep them as well.

                At most %,d records wait in each connector; then the oldest are dropped. `tcpprobe_push_items_total` counts them
                ([metrics.md](metrics.md)).

                Counts and times of JSON are numbers in the given unit, and times of day are milliseconds since 1970. In OpenTelemetry all times
                are in seconds. `network.transport` is always `tcp`. IPFIX sends the growth of counters since the record before, as
                [integrations.md](integrations.md#ipfix) describes; elements that begin with `tcp` are sent below the enterprise number of
                the owner only, and `protocolIdentifier` is always 6.

                | JSON | OpenTelemetry | IPFIX | type | unit | meaning |
                |---|---|---|---|---|---|
                """.formatted(Settings.PUSH_INTERVAL.defaultText(), Sender.MAX_RECORDS));
        for (RecordField field : RecordField.all()) {
            row(
                    text,
                    "`" + field.label() + "`",
                    field.attribute().isEmpty() ? "(timestamp)" : "`" + field.attribute() + "`",
                    elements(field),
                    field.type().name().toLowerCase(Locale.ROOT),
                    field.unit().label(),
                    field.doc());
        }
        Rendered.assertCommitted(PAGE, text.toString());
    }

    private static String elements(RecordField field) {
        return Arrays.stream(IpfixElement.values())
                .filter(element -> element.fields().contains(field))
                .map(element -> "`" + element.label() + "`")
                .collect(Collectors.joining(", "));
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }
}
