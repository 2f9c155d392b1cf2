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
 * Executes requests. In contrast to Jolokia's own handler it accepts the parsed request of a POST, and throws a refusal by
 * {@link AnswerSizeGuard} instead of answering with status 500.
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

    /** Jolokia calls this where it has caught anything. */
    @Override
    protected JSONObject getErrorJSON(int status, Throwable failure, @Nullable JolokiaRequest request) {
        if (failure instanceof AnswerSizeGuard.TooLargeException large) {
            throw large;
        }
        return super.getErrorJSON(status, failure, request);
    }
}
