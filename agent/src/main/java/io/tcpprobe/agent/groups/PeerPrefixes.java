package io.tcpprobe.agent.groups;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;

/** Shortens addresses to the prefixes that peers are grouped by: groups.ipv4prefix or groups.ipv6prefix bits. Immutable. */
public final class PeerPrefixes {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final int ipv4Bits;
    private final int ipv6Bits;

    /** Reads the lengths of the prefixes from the settings, once. */
    public PeerPrefixes(SettingStore settings) {
        ipv4Bits = settings.get(Settings.GROUPS_IPV4PREFIX).intValue();
        ipv6Bits = settings.get(Settings.GROUPS_IPV6PREFIX).intValue();
    }

    /**
     * Returns the prefix of an address: "192.0.2.0/24", "2001:db8::/48"; the zone of a link-local address is left out.
     *
     * @param address 4 bytes of IPv4, at least 16 of IPv6
     */
    public String of(byte[] address) {
        return address.length == IPV4_BYTES ? of(address, IPV4_BYTES, ipv4Bits) : of(address, IPV6_BYTES, ipv6Bits);
    }

    private static String of(byte[] address, int bytes, int bits) {
        byte[] masked = new byte[bytes];
        System.arraycopy(address, 0, masked, 0, bits / Byte.SIZE);
        if (bits % Byte.SIZE != 0) {
            masked[bits / Byte.SIZE] = (byte) (address[bits / Byte.SIZE] & -1 << Byte.SIZE - bits % Byte.SIZE);
        }
        return AddressText.of(masked) + "/" + bits;
    }
}
