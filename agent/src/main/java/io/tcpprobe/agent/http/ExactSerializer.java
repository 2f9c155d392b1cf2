package io.tcpprobe.agent.http;

import java.math.BigDecimal;
import java.util.Set;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves what is no whole number as it is where one is wanted. Jolokia itself would cut 1.5 down to 1, and say of other texts
 * only that they are no number; the MBeans refuse both, and say which values are right.
 */
final class ExactSerializer extends JolokiaSerializer {
    private static final Set<String> WHOLE = Set.of("java.lang.Long", "long", "int");

    @Override
    public @Nullable Object deserialize(String type, @Nullable Object value) {
        return WHOLE.contains(type) && !isWhole(value) ? value : super.deserialize(type, value);
    }

    private static boolean isWhole(@Nullable Object value) {
        try {
            new BigDecimal(String.valueOf(value).strip()).longValueExact();
            return true;
        } catch (ArithmeticException | NumberFormatException _) {
            return false;
        }
    }
}
