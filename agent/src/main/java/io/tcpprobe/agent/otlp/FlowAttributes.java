package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a flow record, in the order that {@link AttributesBuilder} would sort them into. Sorting them for each record was half of
 * the work before a record is serialized. Immutable.
 */
final class FlowAttributes implements Attributes {
    private final AttributeKey<?>[] keys;
    private final Object[] values;

    /**
     * Creates attributes.
     *
     * @param keys the keys, in the order of their names; they are not copied
     * @param values the value of each, of the type of its key; they are not copied
     */
    FlowAttributes(AttributeKey<?>[] keys, Object[] values) {
        this.keys = keys;
        this.values = values;
    }

    @Override
    @SuppressWarnings("unchecked") // the type of the key
    public <T> @Nullable T get(AttributeKey<T> key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return (T) values[i];
            }
        }
        return null;
    }

    @Override
    public void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
        for (int i = 0; i < keys.length; i++) {
            consumer.accept(keys[i], values[i]);
        }
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public boolean isEmpty() {
        return keys.length == 0;
    }

    @Override
    public Map<AttributeKey<?>, Object> asMap() {
        Map<AttributeKey<?>, Object> map = new LinkedHashMap<>();
        forEach(map::put);
        return Collections.unmodifiableMap(map);
    }

    @Override
    @SuppressWarnings("unchecked") // each value has the type of its key
    public AttributesBuilder toBuilder() {
        AttributesBuilder builder = Attributes.builder();
        forEach((key, value) -> builder.put((AttributeKey<Object>) key, value));
        return builder;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FlowAttributes attributes
                && Arrays.equals(keys, attributes.keys)
                && Arrays.equals(values, attributes.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
