package io.tcpprobe.kernel.flow;

import java.util.List;

/** InetAddressType of RFC 4001, limited to the types that an address of a flow can have. */
public enum AddressType {
    UNKNOWN(0, 0),
    IPV4(1, 4),
    IPV6(2, 16),
    /** IPv6 with a zone index, for addresses that are valid on one link only. */
    IPV6Z(4, 20);

    private static final List<AddressType> ALL = List.of(values());

    private final int number;
    private final int bytes;

    AddressType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Returns the number in RFC 4001. */
    public int number() {
        return number;
    }

    /** Returns the number of bytes of an address of this type. */
    public int bytes() {
        return bytes;
    }

    /** Returns the type with this number; {@link #UNKNOWN} if there is none. */
    public static AddressType of(long number) {
        for (AddressType type : ALL) {
            if (type.number == number) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
