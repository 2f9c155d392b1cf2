package io.tcpprobe.agent.ipfix;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Encodes flow records as messages that are not longer than a limit. There are two templates: one of IPv4 and one of IPv6. Not thread-safe. */
final class MessageEncoder {
    /** The minimum of the limit: a message with both templates, or with one data record, is shorter. */
    static final int MIN_BYTES = 512;

    private static final int TEMPLATE_SET = 2;
    private static final int SET_LENGTH_AT = 2;

    private final Template ipv4;
    private final Template ipv6;
    private final boolean biflow;
    private final List<FlowDirection> directions;
    private final long domain;
    private final ByteBuffer buffer;

    private List<IpfixMessage> done = new ArrayList<>();
    private int setId;
    private int setAt;
    private int dataRecords;
    private int flows;

    /**
     * Creates an encoder.
     *
     * @param form which records are sent
     * @param maxBytes maximum length of a message, at least {@link #MIN_BYTES}
     * @param domain the observation domain id
     */
    MessageEncoder(Template.Form form, int maxBytes, long domain) {
        this.ipv4 = Template.of(form, false);
        this.ipv6 = Template.of(form, true);
        this.biflow = form.biflow();
        this.directions = form.biflow() ? List.of(FlowDirection.SENT) : List.of(FlowDirection.values());
        this.domain = domain;
        this.buffer = ByteBuffer.allocate(Math.max(MIN_BYTES, maxBytes));
    }

    /** Returns a message with the templates. */
    IpfixMessage templates() {
        begin();
        beginSet(TEMPLATE_SET);
        ipv4.write(buffer);
        ipv6.write(buffer);
        endSet();
        return IpfixMessage.of(buffer, domain, 0, 0);
    }

    /** Returns the messages with these records, in their order. */
    List<IpfixMessage> encode(List<FlowInterval> intervals) {
        done = new ArrayList<>();
        flows = 0;
        begin();
        for (FlowInterval flow : intervals) {
            boolean sent = false;
            for (FlowDirection direction : directions) {
                if (isSent(flow, direction)) {
                    add(flow, direction);
                    sent = true;
                }
            }
            flows += sent ? 1 : 0;
        }
        flush();
        return done;
    }

    /** Returns true if a direction has a record: something was counted in it, or it has the end of the flow. */
    private boolean isSent(FlowInterval flow, FlowDirection direction) {
        return !flow.isIdle(direction)
                || direction == FlowDirection.SENT && flow.isLast()
                || biflow && !flow.isIdle(direction.opposite());
    }

    private void add(FlowInterval flow, FlowDirection direction) {
        Template template = flow.isIpv6() ? ipv6 : ipv4;
        if (buffer.remaining() < IpfixMessage.SET_HEADER + template.recordBytes()) {
            flush();
        }
        if (setId != template.id()) {
            endSet();
            beginSet(template.id());
        }
        template.write(buffer, flow, direction);
        dataRecords++;
    }

    private void begin() {
        buffer.clear().position(IpfixMessage.HEADER);
        setId = 0;
        dataRecords = 0;
    }

    /** Ends the message, if it has data records. */
    private void flush() {
        if (dataRecords > 0) {
            endSet();
            done.add(IpfixMessage.of(buffer, domain, dataRecords, flows));
            flows = 0;
        }
        begin();
    }

    private void beginSet(int id) {
        setId = id;
        setAt = buffer.position();
        buffer.putShort((short) id).putShort((short) 0);
    }

    private void endSet() {
        if (setId != 0) {
            buffer.putShort(setAt + SET_LENGTH_AT, (short) (buffer.position() - setAt));
        }
    }
}
