package io.tcpprobe.agent.push;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** How records present the fields of a row: states and reasons by name. */
final class RowValue implements FieldProjection<RowValue.Form> {
    /**
     * The presentation of a field.
     *
     * @param type the type of its values
     * @param reader reads a value; null if absent
     */
    record Form(RecordField.Type type, Function<RecordRow, @Nullable Object> reader) {}

    private static Form form(FlowField field, RecordField.Type type, Function<RecordRow, @Nullable Object> reader) {
        return new Form(type, row -> row.has(field) ? reader.apply(row) : null);
    }

    private static Form named(FlowField field, LongFunction<@Nullable String> name) {
        return form(field, RecordField.Type.TEXT, row -> name.apply(row.number(field)));
    }

    @Override
    public Form number(FlowField field) {
        return form(field, RecordField.Type.NUMBER, row -> row.number(field));
    }

    @Override
    public Form identifier(FlowField field) {
        return switch (field) {
            case END_REASON ->
                named(
                        field,
                        number -> EndReason.of(number).map(EndReason::label).orElse(null));
            case RESET_REASON ->
                named(
                        field,
                        number -> ResetReason.of(number).map(ResetReason::label).orElse(null));
            default -> number(field);
        };
    }

    @Override
    public Form address(FlowField field) {
        FlowField type =
                field == FlowField.LOCAL_ADDRESS ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE;
        return form(field, RecordField.Type.TEXT, row -> row.address(field, type));
    }

    @Override
    public Form name(FlowField field) {
        return form(field, RecordField.Type.TEXT, row -> row.text(field));
    }

    @Override
    public Form state(FlowField field) {
        return named(field, number -> {
            TcpState state = TcpState.ofMib(Math.toIntExact(number));
            return state == null ? null : state.label();
        });
    }

    @Override
    public Form time(FlowField field) {
        return form(field, RecordField.Type.TIME, row -> row.part().wallMillis(row.number(field)));
    }
}
