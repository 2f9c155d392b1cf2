package io.tcpprobe.agent.snmp.model;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A growing byte array, written by the Basic Encoding Rules (X.690) in the forms that SNMP4J writes: lengths and numbers as short
 * as possible. Not thread-safe.
 */
public final class BerBuffer extends OutputStream {
    private static final int FIRST_CAPACITY = 2_048;

    /** The first length that needs the long form, whose first byte is the number of length bytes. */
    private static final int LONG_LENGTH = 0x80;

    private static final int MORE = 0x80;
    private static final int ARC_BITS = 7;
    private static final int ARC_MASK = 0x7f;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;

    /** Returns the number of bytes written. */
    public int size() {
        return size;
    }

    /** Drops all bytes from this position on. */
    public void truncate(int newSize) {
        size = newSize;
    }

    /** Writes the content to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Writes the content to another buffer. */
    public void writeTo(BerBuffer out) {
        out.write(bytes, 0, size);
    }

    /** Returns a copy of the content. */
    public byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    @Override
    public void write(int octet) {
        reserve(1);
        bytes[size++] = (byte) octet;
    }

    @Override
    public void write(byte[] octets, int from, int length) {
        reserve(length);
        System.arraycopy(octets, from, bytes, size, length);
        size += length;
    }

    /** Begins a value whose length is not known yet; returns the position to pass to {@link #end}. */
    public int begin(int tag) {
        reserve(2);
        bytes[size] = (byte) tag;
        size += 2;
        return size;
    }

    /** Ends a value that {@link #begin} began: writes its length, for which one byte is already reserved. */
    public void end(int begun) {
        int length = size - begun;
        if (length < LONG_LENGTH) {
            bytes[begun - 1] = (byte) length;
            return;
        }
        int more = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + Byte.SIZE - 1) / Byte.SIZE;
        reserve(more);
        System.arraycopy(bytes, begun, bytes, begun + more, length);
        size += more;
        bytes[begun - 1] = (byte) (LONG_LENGTH | more);
        for (int i = 0; i < more; i++) {
            bytes[begun + i] = (byte) (length >>> Byte.SIZE * (more - 1 - i));
        }
    }

    /** Writes a sub-identifier of an object id; the caller combines the first two of an object id into one. */
    public void arc(int arc) {
        if (arc >= 0 && arc < MORE) {
            write(arc);
            return;
        }
        reserve(Integer.SIZE / ARC_BITS + 1);
        int bits = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(arc)) / ARC_BITS * ARC_BITS;
        for (; bits > 0; bits -= ARC_BITS) {
            bytes[size++] = (byte) (arc >>> bits & ARC_MASK | MORE);
        }
        bytes[size++] = (byte) (arc & ARC_MASK);
    }

    /** Writes a number as two's complement. */
    void number(int tag, long value) {
        int significant = Long.SIZE - Long.numberOfLeadingZeros(value ^ value >> Long.SIZE - 1);
        int length = significant / Byte.SIZE + 1;
        reserve(2 + length);
        bytes[size++] = (byte) tag;
        bytes[size++] = (byte) length;
        tail(value, length);
    }

    /** Writes an unsigned 64-bit number. */
    void unsigned(int tag, long value) {
        if (value >= 0) {
            number(tag, value);
            return;
        }
        reserve(3 + Long.BYTES);
        bytes[size++] = (byte) tag;
        bytes[size++] = 1 + Long.BYTES;
        bytes[size++] = 0; // else it would be read as negative
        tail(value, Long.BYTES);
    }

    private void tail(long value, int length) {
        for (int shift = Byte.SIZE * (length - 1); shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >> shift);
        }
    }

    /** Writes an octet string. */
    void octets(int tag, byte[] octets) {
        int content = begin(tag);
        write(octets, 0, octets.length);
        end(content);
    }
}
