package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import io.tcpprobe.agent.snmp.model.NotReadyException;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;

/**
 * Builds the response to a GETNEXT or GETBULK (RFC 3416, 4.2.2 and 4.2.3), binding by binding, in time linear in their number.
 */
public final class NextResponseBuilder {
    /** Maximum growth, in bytes, of the length fields of the enclosing sequences compared with those of an empty response. */
    private static final int GROWTH = 12;

    private final NextRequest<?> request;
    private final BerBuffer bindings = new BerBuffer();
    private final PDU response;
    private final int maxBytes;
    private final int alwaysFittingBytes;

    /** The variable of the request that is being processed, counted from 1. */
    private int variable;

    public NextResponseBuilder(NextRequest<?> request) {
        this.request = request;
        EncodedBindings encoded = new EncodedBindings(bindings);
        this.response = request.pdu() instanceof ScopedPDU scoped
                ? new EncodedScopedPdu(encoded, scoped)
                : new EncodedPdu(encoded);
        response.setRequestID(request.pdu().getRequestID());
        this.maxBytes = request.command().getMaxSizeResponsePDU();
        this.alwaysFittingBytes = maxBytes - response.getBERLength() - GROWTH;
    }

    public PDU response() {
        return response;
    }

    /**
     * Returns the variable of the request that was processed last, counted from 1; if processing failed, it is the error index.
     */
    int variable() {
        return variable;
    }

    /**
     * Answers a GETNEXT: one binding for each variable.
     *
     * @return false if a variable has no next instance and the request uses SNMPv1, which can report that as noSuchName only
     */
    public boolean next() {
        int size = request.pdu().size();
        for (variable = 1; variable <= size; variable++) {
            Walk walk = new Walk(request, request.oid(variable));
            if (!walk.next(bindings)) {
                if (request.narrow()) {
                    return false;
                }
                walk.writeEnd(bindings);
            }
        }
        return true;
    }

    /**
     * Answers a GETBULK: one binding for each of the non-repeaters, then bindings for each of the other variables, in turn. It
     * ends when max-repetitions is reached, there are no more instances, the message is full, or the next instance is not ready:
     * a walk that ends in one table must not wait for the next table, which it does not need. RFC 3416, 4.2.3 allows the agent to
     * end the response after one repetition.
     *
     * @return false if not even one binding fits
     */
    public boolean bulk() {
        PDU pdu = request.pdu();
        int single = Math.clamp(pdu.getNonRepeaters(), 0, pdu.size());
        for (variable = 1; variable <= single; variable++) {
            if (!add(new Walk(request, request.oid(variable)))) {
                return bindings.size() > 0;
            }
        }
        Walk[] walks = new Walk[pdu.size() - single];
        for (int i = 0; i < walks.length; i++) {
            walks[i] = new Walk(request, request.oid(single + i + 1));
        }
        repeat(walks, single);
        return bindings.size() > 0 || pdu.size() == 0 || single == 0 && pdu.getMaxRepetitions() <= 0;
    }

    private void repeat(Walk[] walks, int single) {
        boolean more = walks.length > 0 && request.pdu().getMaxRepetitions() > 0 && repeatOnce(walks, single);
        request.stopWaiting();
        for (int i = 1; i < request.pdu().getMaxRepetitions() && more; i++) {
            int before = bindings.size();
            try {
                more = repeatOnce(walks, single);
            } catch (NotReadyException enough) {
                bindings.truncate(before);
                return;
            }
        }
    }

    /** Adds one repetition. Returns false if the message is full or all walks have ended. */
    private boolean repeatOnce(Walk[] walks, int single) {
        boolean more = false;
        for (int j = 0; j < walks.length; j++) {
            variable = single + j + 1;
            if (!add(walks[j])) {
                return false;
            }
            more |= !walks[j].ended();
        }
        return more;
    }

    /** Adds the next binding; returns false if it does not fit. */
    private boolean add(Walk walk) {
        int before = bindings.size();
        if (!walk.next(bindings)) {
            walk.writeEnd(bindings);
        }
        if (bindings.size() <= alwaysFittingBytes || response.getBERLength() <= maxBytes) {
            return true;
        }
        bindings.truncate(before);
        return false;
    }
}
