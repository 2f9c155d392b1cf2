package io.tcpprobe.agent.http;

import org.jolokia.json.JSONObject;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.request.JolokiaRequestFactory;
import org.jolokia.server.core.request.ProcessingParameters;
import org.jolokia.server.core.service.api.JolokiaContext;
import org.jspecify.annotations.Nullable;

/**
 * Executes requests. Those of a POST may have been parsed already, of which Jolokia itself only takes the text; and a refusal by
 * {@link AnswerSizeGuard} is thrown, not answered as a fault of the agent.
 */
final class JolokiaRequests extends HttpRequestHandler {
    JolokiaRequests(JolokiaContext context) {
        super(context);
    }

    /** Executes one request and returns Jolokia's answer. */
    JSONObject post(JSONObject request, ProcessingParameters parameters)
            throws BadRequestException, EmptyResponseException {
        return executeRequest(JolokiaRequestFactory.createPostRequest(request, parameters));
    }

    @Override
    protected JSONObject getErrorJSON(int status, Throwable failure, @Nullable JolokiaRequest request) {
        if (failure instanceof AnswerSizeGuard.TooLargeException large) {
            throw large;
        }
        return super.getErrorJSON(status, failure, request);
    }
}
