package io.tcpprobe.agent.push;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The Community ID of a TCP connection, version 1 with seed 0 (https://github.com/corelight/community-id-spec): the same for both
 * endpoints, and in Zeek, Suricata and other programs. The digest also decides which flows are sampled. Not thread-safe.
 */
public final class CommunityId {
    private static final short SEED = 0;
    private static final byte TCP = 6;
    private static final byte PADDING = 0;
    private static final int IPV6 = 16;
    private static final int PORTS = 2 * Short.BYTES;
    private static final int FIXED = Short.BYTES + 2 + PORTS;

    private final MessageDigest sha1;

    /** Creates an encoder. */
    public CommunityId() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-1", missing);
        }
    }

    /**
     * One endpoint.
     *
     * @param address of 4 or 16 bytes; a zone index that follows is not part of the id
     * @param port the port
     */
    @SuppressWarnings("ArrayRecordComponent") // neither compared nor kept
    public record End(byte[] address, int port) {}

    /** The digest of two endpoints, in any order. */
    public byte[] digest(End one, End other) {
        boolean inOrder = compare(one, other) <= 0;
        End first = inOrder ? one : other;
        End second = inOrder ? other : one;
        int length = Math.min(IPV6, first.address.length);
        int otherLength = Math.min(IPV6, second.address.length);
        byte[] tuple = ByteBuffer.allocate(FIXED + length + otherLength)
                .putShort(SEED)
                .put(first.address, 0, length)
                .put(second.address, 0, otherLength)
                .put(TCP)
                .put(PADDING)
                .putShort((short) first.port)
                .putShort((short) second.port)
                .array();
        return sha1.digest(tuple);
    }

    /** The digest of the endpoints of a flow. */
    public byte[] digest(FlowValues flow) {
        return digest(
                new End(flow.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE), (int)
                        flow.number(FlowField.LOCAL_PORT)),
                new End(flow.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE), (int)
                        flow.number(FlowField.REMOTE_PORT)));
    }

    private static int compare(End one, End other) {
        int byAddress = Arrays.compareUnsigned(
                one.address,
                0,
                Math.min(IPV6, one.address.length),
                other.address,
                0,
                Math.min(IPV6, other.address.length));
        return byAddress != 0 ? byAddress : Integer.compare(one.port, other.port);
    }

    /** Returns the id with this digest: "1:" and the digest in Base64. */
    public static String text(byte[] digest) {
        return "1:" + Base64.getEncoder().encodeToString(digest);
    }

    /**
     * Returns true if a flow is one of the sampled ones: the first four bytes of the digest, as a number, are divisible by {@code oneIn}.
     * It depends on the id only, so the agents of both endpoints decide the same.
     */
    public static boolean sampled(byte[] digest, long oneIn) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) % oneIn == 0;
    }
}
