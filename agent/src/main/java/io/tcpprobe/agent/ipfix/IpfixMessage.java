package io.tcpprobe.agent.ipfix;

import java.nio.ByteBuffer;

/**
 * A message (RFC 7011, section 3.1). Its export time and sequence number are set when it is sent, because a message that waits may be sent
 * in another transport session.
 *
 * @param bytes the message
 * @param dataRecords the number of its data records
 * @param flows the number of flow records that are complete with this message
 */
record IpfixMessage(ByteBuffer bytes, int dataRecords, int flows) {
    /** Length of the header. */
    static final int HEADER = 16;

    /** Length of the header of a set. */
    static final int SET_HEADER = 4;

    private static final short VERSION = 10;
    private static final int LENGTH_AT = 2;
    private static final int EXPORT_TIME_AT = 4;
    private static final int SEQUENCE_AT = 8;
    private static final int DOMAIN_AT = 12;

    /** Creates a message of the bytes before the position of a buffer, in which the header has its place. */
    static IpfixMessage of(ByteBuffer written, long domain, int dataRecords, int flows) {
        ByteBuffer bytes = ByteBuffer.allocate(written.position());
        bytes.put(written.flip()).flip();
        bytes.putShort(0, VERSION).putShort(LENGTH_AT, (short) bytes.limit()).putInt(DOMAIN_AT, (int) domain);
        return new IpfixMessage(bytes, dataRecords, flows);
    }

    /**
     * Returns what is sent.
     *
     * @param exportSeconds the time, in seconds since 1970
     * @param sequence the number of data records before this message in the transport session, modulo 2^32
     */
    ByteBuffer stamped(long exportSeconds, int sequence) {
        return bytes.putInt(EXPORT_TIME_AT, (int) exportSeconds)
                .putInt(SEQUENCE_AT, sequence)
                .rewind();
    }
}
