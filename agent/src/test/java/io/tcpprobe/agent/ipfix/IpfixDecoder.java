package io.tcpprobe.agent.ipfix;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes messages as RFC 7011 describes them, with the templates that it has got; knows nothing of how they were encoded. */
final class IpfixDecoder {
    private static final int TEMPLATE_SET = 2;
    private static final int FIRST_DATA_SET = 256;

    private final Map<Integer, List<Specifier>> templates = new HashMap<>();
    private int templateRecords;

    private record Specifier(Element element, int length) {}

    /**
     * An information element.
     *
     * @param enterprise the enterprise number; 0 for IANA's
     * @param id its number
     */
    record Element(long enterprise, int id) {}

    /**
     * A message.
     *
     * @param exportSeconds the export time
     * @param sequence the sequence number
     * @param domain the observation domain id
     * @param records the data records whose template is known
     * @param unknown the number of sets whose template is not known
     */
    record Message(
            long exportSeconds, long sequence, long domain, List<Map<Element, ByteBuffer>> records, int unknown) {}

    /** Returns the number of template records so far. */
    int templateRecords() {
        return templateRecords;
    }

    /** Decodes a message and keeps its templates. */
    Message decode(ByteBuffer message) {
        ByteBuffer in = message.slice();
        expect(in.getShort() == 10, "version 10");
        int length = Short.toUnsignedInt(in.getShort());
        expect(length == in.limit(), "length " + length + " of " + in.limit());
        long exportSeconds = Integer.toUnsignedLong(in.getInt());
        long sequence = Integer.toUnsignedLong(in.getInt());
        long domain = Integer.toUnsignedLong(in.getInt());
        List<Map<Element, ByteBuffer>> records = new ArrayList<>();
        int unknown = 0;
        while (in.hasRemaining()) {
            int id = Short.toUnsignedInt(in.getShort());
            int setLength = Short.toUnsignedInt(in.getShort());
            expect(setLength > 4, "a set that is not empty");
            ByteBuffer set = in.slice(in.position(), setLength - 4);
            in.position(in.position() + setLength - 4);
            if (id == TEMPLATE_SET) {
                readTemplates(set);
            } else {
                expect(id >= FIRST_DATA_SET, "a set id that is not reserved: " + id);
                unknown += readData(set, templates.get(id), records) ? 0 : 1;
            }
        }
        return new Message(exportSeconds, sequence, domain, records, unknown);
    }

    private void readTemplates(ByteBuffer set) {
        while (set.hasRemaining()) {
            int id = Short.toUnsignedInt(set.getShort());
            int count = Short.toUnsignedInt(set.getShort());
            expect(id >= FIRST_DATA_SET && count > 0, "a template of fields");
            List<Specifier> fields = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = Short.toUnsignedInt(set.getShort());
                int length = Short.toUnsignedInt(set.getShort());
                expect(length != 0xffff, "no variable length");
                long enterprise = (number & 0x8000) == 0 ? 0 : Integer.toUnsignedLong(set.getInt());
                fields.add(new Specifier(new Element(enterprise, number & 0x7fff), length));
            }
            templates.put(id, fields);
            templateRecords++;
        }
    }

    private static boolean readData(
            ByteBuffer set, @Nullable List<Specifier> fields, List<Map<Element, ByteBuffer>> records) {
        if (fields == null) {
            return false;
        }
        while (set.hasRemaining()) {
            Map<Element, ByteBuffer> record = new LinkedHashMap<>();
            for (Specifier field : fields) {
                ByteBuffer before = record.put(field.element, set.slice(set.position(), field.length));
                expect(before == null, "each element once: " + field.element);
                set.position(set.position() + field.length);
            }
            records.add(record);
        }
        return true;
    }

    /** Returns an unsigned number of a record. */
    static BigInteger number(Map<Element, ByteBuffer> record, long enterprise, int id) {
        return new BigInteger(1, bytes(record, enterprise, id));
    }

    /** Returns an unsigned number of one of IANA's elements that is below 2^63. */
    static long number(Map<Element, ByteBuffer> record, int id) {
        return number(record, 0, id).longValueExact();
    }

    /** Returns the bytes of an element. */
    static byte[] bytes(Map<Element, ByteBuffer> record, long enterprise, int id) {
        ByteBuffer value = record.get(new Element(enterprise, id));
        if (value == null) {
            throw new AssertionError("the element " + id + " of " + enterprise + " is not in " + record.keySet());
        }
        byte[] bytes = new byte[value.remaining()];
        value.get(0, bytes);
        return bytes;
    }

    private static void expect(boolean met, String what) {
        if (!met) {
            throw new AssertionError("expected: " + what);
        }
    }
}
