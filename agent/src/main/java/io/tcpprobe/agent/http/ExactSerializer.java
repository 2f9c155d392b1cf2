package io.tcpprobe.agent.http;

import java.math.BigDecimal;
import java.util.Set;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Passes values that are not whole numbers unchanged where a whole number is expected. Jolokia itself would truncate 1.5 to 1,
 * and report of other texts only that they are not numbers; the MBeans refuse both and report which values are valid.
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
