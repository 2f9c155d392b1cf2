package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.FlowField;
import io.tcpprobe.kernel.FlowLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The row's layout in C, made from {@link FlowLayout}: the header, and assertions against it. */
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

                struct flow_row {
                \t__u32 sequence; /* odd while the row is written */
                \t__u32 flow_id; /* 0 = the row is free */
                \t__u64 present[3];
                """);
        byOffset().forEach(field -> text.append("\t%s;\n".formatted(declaration(field))));
        text.append("} __attribute__((aligned(%d)));\n\n#endif\n".formatted(64));
        return text.toString();
    }

    /** A C file that compiles only if the header says what the Java side says. */
    static String assertions() {
        StringBuilder text = new StringBuilder("""
                #include "kernel_types.h"
                #include "flow_row.h"
                #define AT(member, offset) \\
                \t_Static_assert(__builtin_offsetof(struct flow_row, member) == offset, #member)
                """);
        text.append("_Static_assert(sizeof(struct flow_row) == %d, \"size\");\n".formatted(FlowLayout.SIZE));
        text.append("AT(sequence, %d);\n".formatted(FlowLayout.SEQUENCE));
        text.append("AT(flow_id, %d);\n".formatted(FlowLayout.FLOW_ID));
        text.append("AT(present[0], %d);\n".formatted(FlowLayout.PRESENT_LOW));
        text.append("AT(present[1], %d);\n".formatted(FlowLayout.PRESENT_HIGH));
        text.append("AT(present[2], %d);\n".formatted(FlowLayout.PRESENT_TOP));
        for (FlowField field : FlowField.values()) {
            text.append("AT(%s, %d);\n".formatted(name(field), FlowLayout.offset(field)));
            text.append("_Static_assert(sizeof(((struct flow_row *)0)->%s) == %d, \"%s\");\n"
                    .formatted(name(field), field.width().bytes(), name(field)));
            text.append("_Static_assert(F_%s == %d, \"id\");\n".formatted(field.name(), field.id()));
        }
        return text.toString();
    }
}
