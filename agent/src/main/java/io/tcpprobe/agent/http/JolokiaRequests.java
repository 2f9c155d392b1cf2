package io.tcpprobe.agent.http;

import org.jolokia.json.JSONObject;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.request.JolokiaRequestFactory;
import org.jolokia.server.core.request.ProcessingParameters;
import org.jolokia.server.core.service.api.JolokiaContext;

/** Executes requests of a POST that have been parsed already: Jolokia itself only takes their text. */
final class JolokiaRequests extends HttpRequestHandler {
    JolokiaRequests(JolokiaContext context) {
        super(context);
    }

    /** Executes one request and returns Jolokia's answer. */
    JSONObject post(JSONObject request, ProcessingParameters parameters)
            throws BadRequestException, EmptyResponseException {
        return executeRequest(JolokiaRequestFactory.createPostRequest(request, parameters));
    }
}
