package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogRecordsTest {
    private static Attributes attributes(Map<RecordField, ?> values) {
        return new LogRecords(Resource.empty())
                .ofFlows(List.of(FlowRecord.of(values)))
                .getFirst()
                .getAttributes();
    }

    @Test
    void shouldNameThePodAndItsNamespace() {
        Attributes attributes =
                attributes(Map.of(RecordField.CONTAINER, "0123456789ab", RecordField.POD, "default/web-0"));
        assertEquals("0123456789ab", attributes.get(AttributeKey.stringKey("container.id")));
        assertEquals("web-0", attributes.get(AttributeKey.stringKey("k8s.pod.name")));
        assertEquals("default", attributes.get(AttributeKey.stringKey("k8s.namespace.name")));
    }

    @Test
    void shouldNotNameAPodThatIsNotKnown() {
        Attributes attributes = attributes(Map.of(RecordField.CONTAINER, "0123456789ab"));
        assertNull(attributes.get(AttributeKey.stringKey("k8s.pod.name")));
        assertNull(attributes.get(AttributeKey.stringKey("k8s.namespace.name")));
    }
}
