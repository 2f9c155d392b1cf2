package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.http.HttpConnector;
import io.tcpprobe.agent.state.RunningFile;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/** Calls operations of the running agent's MBeans over HTTP, as a client without a name. */
final class AgentClient {
    private static final int TIMEOUT_MILLIS = 2000;
    private static final int OK = 200;

    private final URI jolokia;

    private AgentClient(URI jolokia) {
        this.jolokia = jolokia;
    }

    /** Returns a client of this agent; empty if it does not listen for HTTP. */
    static Optional<AgentClient> of(RunningFile.Running agent) {
        List<String> addresses = agent.addresses(HttpConnector.TYPE.name());
        return addresses.isEmpty()
                ? Optional.empty()
                : Optional.of(new AgentClient(URI.create("http://" + addresses.getFirst() + "/jolokia")));
    }

    /** Returns the request that calls an operation of the MBean {@code tcpprobe:type=TYPE}. */
    static JSONObject request(String type, String operation, Object... arguments) {
        JSONArray given = new JSONArray();
        given.addAll(List.of(arguments));
        JSONObject request = new JSONObject();
        request.put("type", "exec");
        request.put("mbean", "tcpprobe:type=" + type);
        request.put("operation", operation);
        request.put("arguments", given);
        return request;
    }

    /** The agent has responded that an operation failed. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why);
        }
    }

    /**
     * Calls an operation.
     *
     * @return its result as JSON; null if it has none
     * @throws RefusedException if the operation failed; the message is its reason
     * @throws IOException if the agent does not respond as it should
     */
    @Nullable
    Object call(String type, String operation, Object... arguments) throws IOException {
        JSONArray requests = new JSONArray();
        requests.add(request(type, operation, arguments));
        JSONArray responses = post(requests);
        if (responses.size() != 1 || !(responses.getFirst() instanceof JSONObject response)) {
            throw new IOException(jolokia + " is not a tcpprobe agent");
        }
        if (response.get("status") instanceof Number status && status.intValue() == OK) {
            return response.get("value");
        }
        throw new RefusedException(reason(String.valueOf(response.get("error"))));
    }

    /** Returns an error without the class of the exception: "java.lang.IllegalStateException : watch 3: ...". */
    private static String reason(String error) {
        return error.replaceFirst("^([\\w.$]+(Exception|Error) ?: )+", "");
    }

    /**
     * Sends requests in one array, and returns the array of the responses.
     *
     * @throws IOException if the agent does not respond in time, or not with an array
     */
    JSONArray post(JSONArray requests) throws IOException {
        if (!(jolokia.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection connection)) {
            throw new IOException(jolokia + " is not an HTTP address");
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(requests.toJSONString().getBytes(StandardCharsets.UTF_8));
        }
        try (InputStreamReader in = new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)) {
            return new JSONParser().parse(in, JSONArray.class);
        } catch (ParseException | ClassCastException unexpected) {
            throw new IOException(jolokia + " does not respond with an array of JSON", unexpected);
        }
    }
}
