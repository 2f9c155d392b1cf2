package io.tcpprobe.agent.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The files of integrations/fleet are those of the lists of fields and verdicts. */
class FleetFilesTest {
    private static final Path FILES = Path.of("..", "integrations", "fleet");
    private static final Pattern COLUMN = Pattern.compile("(?m)^    `?(\\w+)`? (BIGINT|INT|STRING|BOOLEAN),$");

    /** Before the columns that are not fields of records. */
    private static final String FIRST_OTHER = "-- When the broker stored it";

    /** An Avro schema of the records, for those who convert them or generate classes. */
    @Test
    void shouldHaveASchemaOfTheRecords() throws IOException {
        String fields = RecordField.all().stream()
                .map(field -> "    " + JsonText.of(avro(field)))
                .collect(Collectors.joining(",\n"));
        Rendered.assertCommitted(FILES.resolve("flow-record.avsc"), """
                {
                  "type": "record", "name": "FlowRecord", "namespace": "io.tcpprobe",
                  "doc": "A record of a flow, as in the topic tcpprobe.flows. Rendered from RecordField.",
                  "fields": [
                %s
                  ]
                }
                """.formatted(fields));
    }

    private static Map<String, @Nullable Object> avro(RecordField field) {
        Object type = switch (field.type()) {
            case NUMBER -> "long";
            case TIME -> new TreeMap<>(Map.of("type", "long", "logicalType", "timestamp-millis"));
            case FLAG -> "boolean";
            case TEXT -> "string";
            case COUNTS -> new TreeMap<>(Map.of("type", "array", "items", "long"));
        };
        Map<String, @Nullable Object> avro = new LinkedHashMap<>();
        avro.put("name", field.label());
        avro.put("type", List.of("null", type));
        avro.put("default", null);
        avro.put(
                "doc",
                field.unit() == Unit.NONE
                        ? field.doc()
                        : field.doc() + " Unit: " + field.unit().label() + '.');
        return avro;
    }

    @Test
    void shouldReadFieldsThatRecordsHaveByTheirTypes() throws IOException {
        String flows = Files.readString(FILES.resolve("flows.sql"));
        Map<String, RecordField> byLabel =
                RecordField.all().stream().collect(Collectors.toMap(RecordField::label, field -> field));
        Matcher columns = COLUMN.matcher(flows.substring(0, flows.indexOf(FIRST_OTHER)));
        int count = 0;
        while (columns.find()) {
            RecordField field = byLabel.get(columns.group(1));
            assertTrue(field != null, () -> "records have no " + columns.group(1));
            String type = switch (field.type()) {
                case NUMBER, TIME -> "INT";
                case FLAG -> "BOOLEAN";
                case TEXT -> "STRING";
                case COUNTS -> "ARRAY<BIGINT>";
            };
            assertTrue(columns.group(2).endsWith(type), columns.group(1));
            count++;
        }
        assertEquals(
                flows.substring(flows.indexOf("CREATE TABLE flows ("), flows.indexOf(FIRST_OTHER))
                                .lines()
                                .count()
                        - 2,
                count);
    }

    @Test
    void shouldHaveAShareForEachVerdict() throws IOException {
        String results = Files.readString(FILES.resolve("results.sql"));
        Arrays.stream(Verdict.values()).forEach(verdict -> {
            String share = ServiceSums.column(verdict);
            String field = Verdict.ofSender().contains(verdict) ? "verdict" : "receiverVerdict";
            assertTrue(results.contains("    " + share + " DOUBLE"), share);
            assertTrue(results.contains("(WHERE " + field + " = '" + verdict.label() + "')"), verdict.label());
        });
    }

    /** The numbers that the truth of the simulation shares with the queries. */
    @Test
    void shouldHaveTheLimitsOfTheTruth() throws IOException {
        assertTrue(Files.readString(FILES.resolve("results.sql")).contains("${paths=" + FleetTruth.MAX_PATHS + "}"));
        String limit = String.valueOf(Growth.MAX_NEW_MILLIS);
        assertTrue(Files.readString(FILES.resolve("flows.sql")).contains(limit + ") < " + limit));
    }
}
