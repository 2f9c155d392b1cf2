package io.tcpprobe.kernel.diag;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layout of a response of inet_diag: {@code struct nlmsghdr} (linux/netlink.h), {@code struct inet_diag_msg}
 * (linux/inet_diag.h), attributes. Offsets are from the beginning of the netlink message. Ports and addresses are in network
 * order, all other members in native order.
 *
 * <pre>
 *   struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid; };                         // 16 bytes
 *   struct inet_diag_msg {
 *       u8 family; u8 state; u8 timer; u8 retrans;
 *       struct { be16 sport; be16 dport; be32 src[4]; be32 dst[4]; u32 if; u32 cookie[2]; } id;  // 48 bytes
 *       u32 expires; u32 rqueue; u32 wqueue; u32 uid; u32 inode; };                              // 72 bytes
 *   struct rtattr { u16 len; u16 type; } data, padded to 4 bytes; and so on
 * </pre>
 */
final class InetDiagMsg {
    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int NLMSG_HEADER = 16;
    static final int FAMILY = 16;
    static final int STATE = 17;
    static final int SPORT = 20;
    static final int DPORT = 22;
    static final int SRC = 24;
    static final int DST = 40;
    static final int INTERFACE = 56;
    static final int COOKIE = 60;
    static final int RQUEUE = 72;
    static final int WQUEUE = 76;
    static final int UID = 80;
    static final int INODE = 84;
    static final int ATTRIBUTES = 88;

    static final int RTATTR_HEADER = 4;

    /** Attributes of the response: enum INET_DIAG_* of linux/inet_diag.h. */
    static final int INFO = 2;

    /** Requested for {@link #BBRINFO}: a request has 8 bits, and BBR responds to this one. */
    static final int VEGASINFO = 3;

    static final int CONG = 4;
    static final int TOS = 5;
    static final int TCLASS = 6;
    static final int SKMEMINFO = 7;
    static final int SHUTDOWN = 8;

    static final int SKV6ONLY = 11;

    static final int BBRINFO = 16;

    /** Sent without being requested. */
    static final int CGROUP_ID = 21;

    /** Bytes of {@code struct inet_diag_sockid}, which begins at {@link #SPORT}. */
    static final int SOCKID = 48;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private InetDiagMsg() {}

    static int align(int length) {
        return (length + 3) & ~3;
    }

    static int unsigned(MemorySegment memory, ValueLayout.OfShort layout, long at) {
        return Short.toUnsignedInt(memory.get(layout, at));
    }
}
