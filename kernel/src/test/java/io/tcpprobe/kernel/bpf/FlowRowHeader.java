package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.ResetReason;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The row's layout in C, made from {@link FlowLayout}; and assertions that C and Java agree on all that they share. */
final class FlowRowHeader {
    private FlowRowHeader() {}

    private static List<FlowField> byOffset() {
        return Arrays.stream(FlowField.values())
                .sorted(Comparator.comparingInt(FlowLayout::offset))
                .toList();
    }

    private static String name(FlowField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    private static String declaration(FlowField field) {
        return switch (field.width()) {
            case U8 -> "__u8 " + name(field);
            case U16 -> "__u16 " + name(field);
            case U32 -> "__u32 " + name(field);
            case U64 -> "__u64 " + name(field);
            case ADDRESS -> "__u32 " + name(field) + "[5]";
            case TEXT -> "__u32 " + name(field) + "[4]";
        };
    }

    /** The text of flow_row.h. */
    static String render() {
        StringBuilder text = new StringBuilder("""
                /* SPDX-License-Identifier: GPL-2.0 OR MIT */
                /* Rendered from FlowLayout.java by FlowRowHeaderTest: do not edit. What the fields mean: docs/fields.md. */
                #ifndef TCPPROBE_FLOW_ROW_H
                #define TCPPROBE_FLOW_ROW_H

                /* The number of a field: the bit of it in present. */
                enum flow_field {
                """);
        for (FlowField field : FlowField.values()) {
            text.append("\tF_%s = %d,\n".formatted(field.name(), field.id()));
        }
        text.append("""
                };

                /* Why a connection ended: EndReason.java. */
                enum end_reason {
                """);
        for (EndReason reason : EndReason.values()) {
            text.append("\tEND_%s = %d,\n".formatted(reason.name(), reason.number()));
        }
        text.append("""
                };

                /* Why the kernel sent a RST: ResetReason.java. */
                enum reset_reason {
                """);
        for (ResetReason reason : ResetReason.values()) {
            text.append("\tRESET_%s = %d,\n".formatted(reason.name(), reason.number()));
        }
        text.append("""
                };

                /* Those that the kernel has under the same name. */
                #define RESET_REASONS(X)""");
        for (ResetReason reason : ResetReason.values()) {
            if (reason != ResetReason.OTHER) {
                text.append(" \\\n\tX(%s)".formatted(reason.name()));
            }
        }
        text.append("""


                struct flow_row {
                \t__u32 sequence; /* odd while the row is written */
                \t__u32 flow_id; /* 0 = the row is free */
                \t__u64 present[3];
                """);
        byOffset().forEach(field -> text.append("\t%s;\n".formatted(declaration(field))));
        text.append("} __attribute__((aligned(%d)));\n\n#endif\n".formatted(64));
        return text.toString();
    }

    /** A C file that compiles only if the headers agree with the Java code. */
    static String assertions() {
        StringBuilder text = new StringBuilder("""
                #include "kernel_types.h"
                #include "tcpprobe.h"
                #define AT(type, member, offset) \\
                \t_Static_assert(__builtin_offsetof(struct type, member) == offset, #type " " #member)
                #define SAME(what, number) _Static_assert((what) == number, #what)
                """);
        row(text);
        settings(text);
        table(text);
        counters(text);
        events(text);
        owners(text);
        return text.toString();
    }

    private static void at(StringBuilder text, String type, String member, long offset) {
        text.append("AT(%s, %s, %d);\n".formatted(type, member, offset));
    }

    private static void same(StringBuilder text, String what, long number) {
        text.append("SAME(%s, %d);\n".formatted(what, number));
    }

    private static void row(StringBuilder text) {
        same(text, "sizeof(struct flow_row)", FlowLayout.SIZE);
        at(text, "flow_row", "sequence", FlowLayout.SEQUENCE);
        at(text, "flow_row", "flow_id", FlowLayout.FLOW_ID);
        at(text, "flow_row", "present[0]", FlowLayout.PRESENT_LOW);
        at(text, "flow_row", "present[1]", FlowLayout.PRESENT_HIGH);
        at(text, "flow_row", "present[2]", FlowLayout.PRESENT_TOP);
        for (FlowField field : FlowField.values()) {
            at(text, "flow_row", name(field), FlowLayout.offset(field));
            same(
                    text,
                    "sizeof(((struct flow_row *)0)->%s)".formatted(name(field)),
                    field.width().bytes());
            same(text, "F_" + field.name(), field.id());
        }
    }

    private static void settings(StringBuilder text) {
        at(text, "settings", "probe_ticks", BpfSettings.PROBE_TICKS);
        at(text, "settings", "purge_ticks", BpfSettings.PURGE_TICKS);
        at(text, "settings", "tick_micros", BpfSettings.TICK_MICROS);
        at(text, "settings", "tick_millis", BpfSettings.TICK_MILLIS);
        at(text, "settings", "tick_nanos", BpfSettings.TICK_NANOS);
        at(text, "settings", "second_ticks", BpfSettings.SECOND_TICKS);
        at(text, "settings", "port", BpfSettings.PORT);
        at(text, "settings", "full", BpfSettings.FULL);
        at(text, "settings", "max_flows", BpfSettings.MAX_FLOWS);
        at(text, "settings", "capacity", BpfSettings.CAPACITY);
        at(text, "settings", "drop_above", BpfSettings.DROP_ABOVE);
        at(text, "settings", "drop_up_to", BpfSettings.DROP_UP_TO);
        at(text, "settings", "events", BpfSettings.EVENTS);
        at(text, "settings", "samples", BpfSettings.SAMPLES);
        at(text, "settings", "count_skipped", BpfSettings.COUNT_SKIPPED);
        at(text, "settings", "ordered", BpfSettings.ORDERED);
        at(text, "settings", "taken", BpfSettings.TAKEN);
        same(text, "sizeof(((struct settings *)0)->taken)", BpfSettings.TAKEN_RANGES * Long.BYTES);
        at(text, "settings", "evict_ticks", BpfSettings.EVICT_TICKS);
        at(text, "settings", "idle_may_enter", BpfSettings.IDLE_MAY_ENTER);
        at(text, "settings", "bbr", BpfSettings.BBR);
        same(text, "sizeof(struct bbr_places)", BpfSettings.BBR_BYTES);
        BbrState.Value[] values = BbrState.Value.values();
        for (int i = 0; i < values.length; i++) {
            at(text, "bbr_places", values[i].name().toLowerCase(Locale.ROOT), (long) i * Integer.BYTES);
        }
    }

    private static void table(StringBuilder text) {
        at(text, "table", "active", BpfTable.ACTIVE);
        at(text, "table", "high_water", BpfTable.HIGH_WATER);
        at(text, "table", "last_flow_id", BpfTable.LAST_FLOW_ID);
        at(text, "table", "ownerless", BpfTable.OWNERLESS);
        at(text, "table", "sockets", BpfTable.SOCKETS);
        same(text, "sizeof(((struct table *)0)->sockets)", BpfTable.STATES * Integer.BYTES);
        at(text, "table", "owner_sweep", BpfTable.OWNER_SWEEP);
        at(text, "table", "refused", BpfTable.REFUSED);
        at(text, "table", "to_evict", BpfTable.TO_EVICT);
        at(text, "table", "namespaces", BpfTable.NAMESPACES);
        at(text, "table", "unplaced", BpfTable.UNPLACED);
        same(text, "CHUNK_ROWS", BpfTable.CHUNK_ROWS);
        same(text, "MAX_CHUNKS", BpfTable.MAX_CHUNKS);
        same(text, "FLOW_STATE_SIZE", BpfTable.STATE_BYTES);
    }

    /** The counters of BpfCounters in their order, each of eight bytes: "ringFull" is ring_full. */
    private static void counters(StringBuilder text) {
        RecordComponent[] counters = BpfCounters.class.getRecordComponents();
        for (int i = 0; i < counters.length; i++) {
            String name = counters[i].getName().replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
            at(text, "counters", name, (long) i * Long.BYTES);
        }
        same(text, "sizeof(struct counters)", (long) counters.length * Long.BYTES);
    }

    private static void events(StringBuilder text) {
        at(text, "flow_event", "kind", 0);
        at(text, "flow_event", "row", EventRing.ROW);
        same(text, "sizeof(struct flow_event)", EventRing.ROW + FlowLayout.SIZE);
        for (EventRing.Kind kind : EventRing.Kind.values()) {
            same(text, "EVENT_" + kind.name(), kind.number());
        }
    }

    private static void owners(StringBuilder text) {
        at(text, "socket_owner", "inode", Sweep.OWNER_INODE);
        at(text, "socket_owner", "process", Sweep.OWNER_PROCESS);
        same(text, "sizeof(struct socket_owner)", Sweep.OWNER_BYTES);
    }
}
