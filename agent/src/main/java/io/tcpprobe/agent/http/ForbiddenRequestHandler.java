package io.tcpprobe.agent.http;

import io.tcpprobe.config.ProgramName;
import java.util.Locale;
import org.jolokia.server.core.request.JolokiaExecRequest;
import org.jolokia.server.core.request.JolokiaObjectNameRequest;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.service.request.AbstractRequestHandler;
import org.jolokia.server.core.util.RequestType;

/**
 * Refuses requests of types that are not allowed, before any other handler: not all of Jolokia's own handlers ask the restrictor.
 */
final class ForbiddenRequestHandler extends AbstractRequestHandler {
    private static final int FIRST = -100_000;
    private static final String NEEDS_USER = " needs HTTP Basic authentication as a user with write access: "
            + ProgramName.command("user add NAME --write");
    private static final String NEEDS_PROOF =
            " refused: a page of another site may have sent this GET; use POST, or send X-Requested-With";

    private final Restrictor restrictor;

    ForbiddenRequestHandler(Restrictor restrictor) {
        super("tcpprobe-refusals", FIRST);
        this.restrictor = restrictor;
    }

    @Override
    public boolean canHandle(JolokiaRequest request) {
        return !restrictor.isTypeAllowed(request.getType()) || namesHidden(request) || operationRefused(request);
    }

    private boolean operationRefused(JolokiaRequest request) {
        return request instanceof JolokiaExecRequest call
                && !restrictor.isOperationAllowed(call.getObjectName(), call.getOperation());
    }

    /** Returns true for a pattern over all domains: Jolokia would answer with the names of MBeans whose values it refuses. */
    private boolean namesHidden(JolokiaRequest request) {
        return request.getType() == RequestType.READ
                && request instanceof JolokiaObjectNameRequest read
                && restrictor.isObjectNameHidden(read.getObjectName());
    }

    @Override
    public <R extends JolokiaRequest> Object handleRequest(R request, Object previous) {
        RequestType type = request.getType();
        String name = type.name().toLowerCase(Locale.ROOT);
        throw new SecurityException(
                switch (type) {
                    case WRITE, EXEC -> name + (Principal.currentMayBeForged() ? NEEDS_PROOF : NEEDS_USER);
                    case READ -> "only MBeans in tcpprobe:* and java.lang:* can be read";
                    case LIST, SEARCH, VERSION, CONFIG, NOTIFICATION -> name + " is not served here";
                });
    }
}
