package io.tcpprobe.agent.flows;

import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A number that flows can be ranked by: a field, or a computed value. */
public sealed interface FlowMeasure {
    /** Returns all measures, in the order of their ids. */
    static List<FlowMeasure> all() {
        return Stream.<FlowMeasure>concat(
                        FlowField.all().stream().filter(FlowField::rankable).map(Field::new),
                        VerdictField.all().stream()
                                .filter(VerdictField::rankable)
                                .map(Computed::new))
                .toList();
    }

    /** Returns the measure of this name, in any case. */
    static Optional<FlowMeasure> find(String label) {
        return all().stream()
                .filter(measure -> measure.label().equalsIgnoreCase(label))
                .findFirst();
    }

    /** Returns its name. */
    String label();

    /** Returns its unit. */
    Unit unit();

    /** Returns true if a flow has it. */
    boolean has(FlowSnapshot snapshot, int index);

    /** Returns its value; undefined if absent. */
    long number(FlowSnapshot snapshot, int index);

    /**
     * A field of the row.
     *
     * @param field a rankable field
     */
    record Field(FlowField field) implements FlowMeasure {
        /** Checks that flows can be ranked by the field. */
        public Field {
            if (!field.rankable()) {
                throw new IllegalArgumentException(field.label() + " is not a field that flows can be ranked by");
            }
        }

        @Override
        public String label() {
            return field.label();
        }

        @Override
        public Unit unit() {
            return field.unit();
        }

        @Override
        public boolean has(FlowSnapshot snapshot, int index) {
            return snapshot.flows().has(field, index);
        }

        @Override
        public long number(FlowSnapshot snapshot, int index) {
            return snapshot.flows().number(field, index);
        }
    }

    /**
     * A computed value.
     *
     * @param field the value
     */
    record Computed(VerdictField field) implements FlowMeasure {
        @Override
        public String label() {
            return field.label();
        }

        @Override
        public Unit unit() {
            return field.unit();
        }

        @Override
        public boolean has(FlowSnapshot snapshot, int index) {
            return snapshot.verdicts().get().has(field, index);
        }

        @Override
        public long number(FlowSnapshot snapshot, int index) {
            return snapshot.verdicts().get().number(field, index);
        }
    }
}
