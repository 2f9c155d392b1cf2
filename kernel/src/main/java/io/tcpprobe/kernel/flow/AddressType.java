package io.tcpprobe.kernel.flow;

/** InetAddressType of RFC 4001, as far as an address of a flow can have it. */
public enum AddressType {
    UNKNOWN(0, 0),
    IPV4(1, 4),
    IPV6(2, 16),
    /** IPv6 with a zone index: addresses that mean something on one link only. */
    IPV6Z(4, 20);

    private final int number;
    private final int bytes;

    AddressType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** The number in RFC 4001. */
    public int number() {
        return number;
    }

    /** How many bytes an address of this type has. */
    public int bytes() {
        return bytes;
    }

    /** The type with this number; {@link #UNKNOWN} if there is none. */
    public static AddressType of(long number) {
        for (AddressType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
