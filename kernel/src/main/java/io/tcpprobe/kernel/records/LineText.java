package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.AddressType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A buffer of ASCII text that is filled line by line until it is written out. Allocates only to grow. */
final class LineText {
    private static final int GROUPS = 8;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1 << 16];
    private int length;

    int length() {
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        int written = length;
        length = 0; // also on failure: nothing is written twice
        out.write(bytes, 0, written);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    LineText put(char character) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) character;
        return this;
    }

    LineText put(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
        return this;
    }

    /** Appends an unsigned number. */
    LineText decimal(long value) {
        if (value < 0) { // 2^63 or more
            long quotient = Long.divideUnsigned(value, 10);
            return decimal(quotient).put((char) ('0' + (value - quotient * 10)));
        }
        long unit = 1;
        while (value / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            put((char) ('0' + value / unit % 10));
        }
        return this;
    }

    /** Appends an unsigned number in lower-case hexadecimal without leading zeros. */
    LineText hex(long value) {
        int digits = Math.max((Long.SIZE - Long.numberOfLeadingZeros(value) + 3) / 4, 1);
        for (int i = digits - 1; i >= 0; i--) {
            put((char) DIGITS[(int) (value >>> i * 4) & 0xf]);
        }
        return this;
    }

    /** Appends nanoseconds as seconds with nine decimal places. */
    LineText seconds(long nanos) {
        long fraction = nanos % 1_000_000_000;
        decimal(nanos / 1_000_000_000).put('.');
        for (long unit = 100_000_000; unit > 0; unit /= 10) {
            put((char) ('0' + fraction / unit % 10));
        }
        return this;
    }

    /** Appends an address; IPv6 in the form of RFC 5952. */
    LineText address(AddressType type, long high, long low, int zone) {
        return switch (type) {
            case IPV4 -> ipv4(low);
            case IPV6 -> ipv6(high, low);
            case IPV6Z -> ipv6(high, low).put('%').decimal(Integer.toUnsignedLong(zone));
            case UNKNOWN -> put('?');
        };
    }

    private LineText ipv4(long address) {
        return decimal(address >>> 24 & 0xff)
                .put('.')
                .decimal(address >>> 16 & 0xff)
                .put('.')
                .decimal(address >>> 8 & 0xff)
                .put('.')
                .decimal(address & 0xff);
    }

    private static long group(long high, long low, int number) {
        return (number < GROUPS / 2 ? high : low) >>> 16 * (3 - number % 4) & 0xffff;
    }

    private LineText ipv6(long high, long low) {
        int bestStart = GROUPS;
        int bestLength = 1; // a single zero group is not shortened
        for (int start = 0, run = 0; start + run < GROUPS; ) {
            if (group(high, low, start + run) != 0) {
                start += run + 1;
                run = 0;
                continue;
            }
            run++;
            if (run > bestLength) {
                bestStart = start;
                bestLength = run;
            }
        }
        int afterZeros = bestStart == GROUPS ? GROUPS : bestStart + bestLength;
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                put("::");
                i = afterZeros - 1;
            } else {
                if (i > 0 && i != afterZeros) {
                    put(':');
                }
                hex(group(high, low, i));
            }
        }
        return this;
    }
}
