package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.core.TimeLimit;
import io.tcpprobe.agent.logging.BoundedLog;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanServer;
import javax.management.RuntimeMBeanException;
import org.jolokia.json.JSONObject;
import org.jolokia.json.JSONStructure;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jspecify.annotations.Nullable;

/**
 * Jolokia, with only the services that reading, writing and running operations need.
 *
 * <p>By Jolokia's protocol an error is sent with HTTP status 200, and the error's own status is in the content. Only a request
 * that is forbidden, currently too large or malformed also has that HTTP status. The requests of an array fail individually.
 */
final class JolokiaAdapter implements AutoCloseable {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int BAD = 400;
    private static final int BUSY = 503;

    /** How long the requests of one array may take together. */
    private static final Duration MAX_TIME = Duration.ofSeconds(10);

    private static final String TOO_LONG = "the requests before this one in the array took " + MAX_TIME.toSeconds()
            + " s; send it again, in an array with fewer";

    private final JolokiaServiceManager manager;
    private final JolokiaRequests requests;

    /**
     * Starts Jolokia; this needs a quarter of a second.
     *
     * @param server the server of the agent's MBeans
     * @param id distinguishes this instance from others in the JVM
     * @param maxBytes maximum heap bytes that an answer may use while it is built
     * @param log bounds what Jolokia logs
     */
    JolokiaAdapter(MBeanServer server, String id, long maxBytes, BoundedLog log) {
        var configuration = new StaticConfiguration(Map.of(
                ConfigKey.AGENT_ID.getKeyValue(),
                id,
                ConfigKey.AGENT_CONTEXT.getKeyValue(),
                HttpConnector.JOLOKIA,
                ConfigKey.INCLUDE_STACKTRACE.getKeyValue(),
                "false",
                ConfigKey.ALLOW_ERROR_DETAILS.getKeyValue(),
                "true"));
        DomainRestrictor restrictor = new DomainRestrictor(server);
        manager = JolokiaServiceManagerFactory.createJolokiaServiceManager(
                configuration,
                new LogToSlf4j(log),
                restrictor,
                _ -> new TreeSet<>(Set.of(new FixedServerDetector(server))));
        manager.addService(new LocalRequestHandler(1000));
        manager.addService(new ExactSerializer());
        manager.addService(new ForbiddenRequestHandler(restrictor));
        manager.addService(new AnswerSizeGuard(server, maxBytes));
        requests = new JolokiaRequests(manager.start());
    }

    /**
     * Answers a query.
     *
     * @param buffer receives the answer; it is released with the answer
     * @throws AnswerBuffer.TooLargeException if the answer does not fit, nor does an error message
     */
    Answer answer(Query query, AnswerBuffer buffer) throws IOException {
        Output out = new Output(buffer);
        int status = query.bulk() ? TimeLimit.within(MAX_TIME, () -> all(query, out)) : one(query, element(query), out);
        return new Answer(status, Answer.JSON, buffer.content(), Map.of(), buffer::release);
    }

    private static @Nullable Object element(Query query) {
        return query.path() == null ? query.elements().getFirst() : null;
    }

    /** Answers the requests of an array, one by one; returns 400 if all of them are malformed. */
    private int all(Query query, Output out) throws IOException {
        boolean good = query.elements().isEmpty();
        out.buffer.write('[');
        char before = ' ';
        for (Object element : query.elements()) {
            out.buffer.write(before);
            good |= one(query, element, out) != BAD;
            before = ',';
        }
        out.buffer.write(']');
        return good ? OK : BAD;
    }

    /** Writes the answer to one request, or the error in its place; returns its HTTP status. */
    private int one(Query query, @Nullable Object element, Output out) throws IOException {
        AnswerBuffer.Mark mark = out.buffer.mark();
        Asked asked = TimeLimit.isOver() ? error(BUSY, TOO_LONG) : ask(query, element);
        try {
            out.write(asked.json);
            return asked.status;
        } catch (AnswerBuffer.TooLargeException large) {
            out.reset(mark);
            Asked instead = error(large.temporary() ? BUSY : 413, large.getMessage() + "; request less at once");
            out.write(instead.json);
            return instead.status;
        }
    }

    /** Writes the parts of an answer, all with one encoder. */
    private static final class Output {
        /** In characters. Small, because each answer allocates a buffer of this size. */
        private static final int ENCODED_AT_ONCE = 2048;

        private final AnswerBuffer buffer;
        private Writer encoder;

        Output(AnswerBuffer buffer) {
            this.buffer = buffer;
            this.encoder = encoder();
        }

        private Writer encoder() {
            return new BufferedWriter(new OutputStreamWriter(buffer, StandardCharsets.UTF_8), ENCODED_AT_ONCE);
        }

        void write(JSONStructure json) throws IOException {
            JsonText.write(json, encoder);
            encoder.flush();
        }

        /** Drops what was written after a mark, and what did not fit. */
        void reset(AnswerBuffer.Mark mark) {
            buffer.reset(mark);
            encoder = encoder();
        }
    }

    /**
     * The result of a request.
     *
     * @param status the HTTP status code
     */
    private record Asked(JSONStructure json, int status) {}

    private Asked ask(Query query, @Nullable Object element) {
        try {
            String path = query.path();
            if (path != null) {
                return asked(requests.handleGetRequest(HttpConnector.JOLOKIA + "/" + path, path, query.parameters()));
            }
            if (!(element instanceof JSONObject request)) {
                return error(BAD, "invalid request: not a JSON object");
            }
            return asked(requests.post(request, requests.getProcessingParameter(query.parameters())));
        } catch (EmptyResponseException _) {
            return error(FORBIDDEN, "notifications are not available over HTTP");
        } catch (BadRequestException | IllegalArgumentException | IllegalStateException bad) {
            return error(BAD, "invalid request: " + bad.getMessage());
        } catch (StackOverflowError _) {
            return error(BAD, "invalid request: nested too deeply");
        } catch (AnswerSizeGuard.TooLargeException large) {
            return error(413, String.valueOf(large.getMessage()));
        } catch (RuntimeMBeanException failed) {
            return asked(requests.handleThrowable(failed.getTargetException()));
        } catch (RuntimeException failed) {
            return asked(requests.handleThrowable(failed));
        }
    }

    private static Asked asked(JSONStructure json) {
        boolean forbidden = json instanceof JSONObject one
                && one.get("status") instanceof Number number
                && number.intValue() == FORBIDDEN;
        return new Asked(json, forbidden ? FORBIDDEN : OK);
    }

    private static Asked error(int status, String why) {
        JSONObject error = new JSONObject();
        error.put("status", status);
        error.put("error", why);
        return new Asked(error, status);
    }

    @Override
    public void close() {
        manager.stop();
    }
}
