package io.tcpprobe.agent.http;

import java.util.List;
import javax.management.JMException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jolokia.server.core.request.JolokiaListRequest;
import org.jolokia.server.core.request.JolokiaReadRequest;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.service.request.AbstractRequestHandler;

/**
 * Refuses, before any other handler, requests whose answers would use too much heap while they are built: lists, and reads with a
 * pattern of names. Jolokia builds the whole answer as objects before the first byte can be written.
 */
final class AnswerSizeGuard extends AbstractRequestHandler {
    /** Estimated bytes of a map of name, type and description. */
    private static final long LISTED_BYTES = 400;

    /** Estimated bytes of a number or short text in a map, with its name. */
    private static final long READ_BYTES = 160;

    private static final int FIRST = -99_000;
    private static final String OWN = "tcpprobe:*";

    private final MBeanServer server;
    private final long maxBytes;

    /** The answer would be too large. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Creates a guard for the MBeans of this server.
     *
     * @param maxBytes maximum bytes of heap that an answer may use while it is built
     */
    AnswerSizeGuard(MBeanServer server, long maxBytes) {
        super("tcpprobe-sizes", FIRST);
        this.server = server;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean canHandle(JolokiaRequest request) {
        return estimate(request) > maxBytes;
    }

    private long estimate(JolokiaRequest request) {
        try {
            return switch (request) {
                case JolokiaReadRequest read when read.getObjectName().isPattern() -> read(read);
                case JolokiaListRequest list when partsOf(list) < 2 || hasPattern(list) -> list();
                default -> 0;
            };
        } catch (MalformedObjectNameException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns true if a part of the path is a pattern; Jolokia passes an asterisk as null. */
    private static boolean hasPattern(JolokiaRequest request) {
        List<String> parts = request.getPathParts();
        return parts != null
                && parts.stream().anyMatch(part -> part == null || part.indexOf('*') >= 0 || part.indexOf('?') >= 0);
    }

    private static int partsOf(JolokiaRequest request) {
        List<String> parts = request.getPathParts();
        return parts == null ? 0 : parts.size();
    }

    private long read(JolokiaReadRequest read) {
        int attributes = attributesOf(read);
        long values = 0;
        for (ObjectName name : server.queryNames(read.getObjectName(), null)) {
            values += attributes > 0 ? attributes : sizeOf(name);
        }
        return values * READ_BYTES;
    }

    /** Returns the number of attributes named; 0 if all are requested. */
    private static int attributesOf(JolokiaReadRequest read) {
        if (!read.isMultiAttributeMode()) {
            return read.getAttributeName() == null ? 0 : 1;
        }
        List<String> names = read.getAttributeNames();
        return names == null ? 0 : names.size();
    }

    private long list() throws MalformedObjectNameException {
        long items = 0;
        for (ObjectName name : server.queryNames(new ObjectName(OWN), null)) {
            items += sizeOf(name);
        }
        return items * LISTED_BYTES;
    }

    /** Returns the number of attributes and operations of an MBean; 0 if it does not exist. */
    private long sizeOf(ObjectName name) {
        try {
            MBeanInfo info = server.getMBeanInfo(name);
            return (long) info.getAttributes().length + info.getOperations().length;
        } catch (JMException gone) {
            return 0;
        }
    }

    @Override
    public <R extends JolokiaRequest> Object handleRequest(R request, Object previous) {
        throw new TooLargeException("the answer would use more than " + maxBytes
                + " bytes of the heap; request one domain and type (list/tcpprobe/type=Flows) or single attributes");
    }
}
