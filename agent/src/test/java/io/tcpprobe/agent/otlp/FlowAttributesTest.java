package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.push.PushCost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowAttributesTest {
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("a.name");
    private static final AttributeKey<Long> NUMBER = AttributeKey.longKey("b.number");

    private static FlowAttributes attributes(long number) {
        return new FlowAttributes(new AttributeKey<?>[] {NAME, NUMBER}, new Object[] {"x", number});
    }

    private static List<Object> inOrder(Attributes attributes) {
        List<Object> keysAndValues = new ArrayList<>();
        attributes.forEach((key, value) -> keysAndValues.add(List.of(key, value)));
        return keysAndValues;
    }

    @Test
    void shouldHaveTheValuesOfItsKeys() {
        FlowAttributes attributes = attributes(3);
        assertEquals("x", attributes.get(NAME));
        assertEquals(3L, attributes.get(NUMBER));
        assertNull(attributes.get(AttributeKey.longKey("a.name")), "a key has a type");
        assertEquals(2, attributes.size());
        assertFalse(attributes.isEmpty());
        assertTrue(new FlowAttributes(new AttributeKey<?>[0], new Object[0]).isEmpty());
    }

    @Test
    void shouldBeEqualToOthersWithTheSameValues() {
        assertEquals(attributes(3), attributes(3));
        assertEquals(attributes(3).hashCode(), attributes(3).hashCode());
        assertNotEquals(attributes(3), attributes(4));
    }

    @Test
    void shouldBeInTheOrderOfThoseThatAreSorted() {
        List<? extends Attributes> flows = new LogRecords(Resource.empty())
                .ofFlows(PushCost.records()).stream()
                        .map(record -> record.getAttributes())
                        .toList();
        for (Attributes flow : flows) {
            Attributes sorted = flow.toBuilder().build();
            assertEquals(inOrder(sorted), inOrder(flow));
            assertEquals(sorted.asMap(), flow.asMap());
        }
    }
}
