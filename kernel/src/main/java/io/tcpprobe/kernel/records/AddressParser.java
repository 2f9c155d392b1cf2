package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.AddressType;
import java.nio.charset.StandardCharsets;

/**
 * Parses "10.0.0.1:" and "[fe80::1%2]:", without allocating unless the zone is a name. A v4-mapped address becomes IPv4, as
 * everywhere in tcpprobe. Used by one thread at a time.
 */
final class AddressParser {
    private static final int GROUPS = 8;
    private static final int V4_MAPPED = 0xffff;

    /** IFNAMSIZ without the zero byte. */
    private static final int INTERFACE_NAME = 15;

    private final InterfaceNumbers interfaces;
    private byte[] text = new byte[0];
    private int at;
    private int end;
    private final int[] groups = new int[GROUPS];
    private int count;

    /** The index of the group after "::"; -1 = none. */
    private int gap;

    /**
     * Creates a parser.
     *
     * @param interfaces resolves zones that are interface names; the zone is dropped if this host does not have the interface
     */
    AddressParser(InterfaceNumbers interfaces) {
        this.interfaces = interfaces;
    }

    /** Parses an address up to the port; returns the start of the port, or -1 if the address is invalid. */
    int parse(byte[] bytes, int from, int to, ProbeRecord.End into) {
        text = bytes;
        at = from;
        end = to;
        if (!next('[')) {
            long address = ipv4();
            into.set(AddressType.IPV4, 0, address, 0);
            return address >= 0 && next(':') ? at : -1;
        }
        if (!ipv6()) {
            return -1;
        }
        long zone = next('%') ? zone() : 0;
        if (zone < 0 || !next(']') || !next(':')) {
            return -1;
        }
        set(into, (int) zone);
        return at;
    }

    /** Parses an address without port: "10.0.0.1", "fe80::1%2"; returns true if it is valid. */
    boolean parseWhole(byte[] bytes, int from, int to, ProbeRecord.End into) {
        text = bytes;
        at = from;
        end = to;
        long address = ipv4();
        if (address >= 0) {
            into.set(AddressType.IPV4, 0, address, 0);
            return at == end;
        }
        at = from;
        if (!ipv6()) {
            return false;
        }
        long zone = next('%') ? zone() : 0;
        set(into, (int) zone);
        return zone >= 0 && at == end;
    }

    /** Parses a zone, a number or the name of an interface; returns -1 if there is none. */
    private long zone() {
        int start = at;
        long number = number(0xffff_ffffL);
        if (number >= 0 && (at == end || text[at] == ']')) {
            return number;
        }
        at = start;
        while (at < end && at - start < INTERFACE_NAME && text[at] > ' ' && text[at] != ']') {
            at++;
        }
        return at == start ? -1 : interfaces.of(new String(text, start, at - start, StandardCharsets.ISO_8859_1));
    }

    private boolean next(char expected) {
        boolean there = at < end && text[at] == expected;
        at += there ? 1 : 0;
        return there;
    }

    /** Parses a decimal number; returns -1 if there is none. */
    private long number(long max) {
        int start = at;
        long value = 0;
        for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
            value = value * 10 + text[at] - '0';
            if (value > max) {
                return -1;
            }
        }
        return at > start ? value : -1;
    }

    private long ipv4() {
        long address = 0;
        for (int i = 0; i < 4; i++) {
            long part = i == 0 || next('.') ? number(255) : -1;
            if (part < 0) {
                return -1;
            }
            address = address << 8 | part;
        }
        return address;
    }

    /** Parses an IPv6 address (RFC 4291, 2.2): groups, "::" at most once, the last two groups optionally as IPv4. */
    private boolean ipv6() {
        count = 0;
        gap = -1;
        boolean separated = true;
        if (at + 1 < end && text[at] == ':' && text[at + 1] == ':') {
            gap = 0;
            at += 2;
        }
        while (separated && count < GROUPS && hexDigit(at) >= 0) {
            int start = at;
            int group = group();
            if (group >= 0 && at < end && text[at] == '.') {
                at = start;
                return tail() && whole();
            }
            if (group < 0) {
                return false;
            }
            groups[count++] = group;
            separated = next(':');
            if (separated && next(':')) {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
            } else if (separated && hexDigit(at) < 0) {
                return false;
            }
        }
        return whole();
    }

    private boolean whole() {
        return gap < 0 ? count == GROUPS : count < GROUPS;
    }

    /** Parses the last two groups, written as IPv4. */
    private boolean tail() {
        long address = ipv4();
        if (address < 0 || count > GROUPS - 2) {
            return false;
        }
        groups[count++] = (int) (address >>> 16);
        groups[count++] = (int) address & 0xffff;
        return true;
    }

    private int group() {
        int value = 0;
        int start = at;
        for (int digit = hexDigit(at); digit >= 0; digit = hexDigit(++at)) {
            value = value << 4 | digit;
            if (at - start == 4) {
                return -1;
            }
        }
        return value;
    }

    private int hexDigit(int index) {
        return index < end ? Character.digit(text[index], 16) : -1;
    }

    private void set(ProbeRecord.End into, int zone) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS; i++) {
            int from = gap < 0 || i < gap ? i : i - (GROUPS - count);
            long group = gap >= 0 && i >= gap && from < gap ? 0 : groups[from];
            if (i < GROUPS / 2) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        if (high == 0 && low >>> 32 == V4_MAPPED) {
            into.set(AddressType.IPV4, 0, low & 0xffff_ffffL, 0);
        } else {
            into.set(zone == 0 ? AddressType.IPV6 : AddressType.IPV6Z, high, low, zone);
        }
    }
}
