package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushCost;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import io.tcpprobe.agent.push.RecordJson;
import io.tcpprobe.agent.push.TestRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Prints what a flow record costs in processor time, with {@code -Dtcpprobe.all=true}; see docs/performance.md. */
class PushCostTest {
    @Test
    void shouldPrintTheCostOfARecord() throws Exception {
        assumeTrue(Boolean.getBoolean("tcpprobe.all"), "a measurement: runs with -Dtcpprobe.all=true");
        TestRecords.Maker maker = TestRecords.maker(PushCost.rows());
        System.out.printf("make a record, with its community id: %.1f us%n", PushCost.micros(maker::make));
        PushBatch.Flows batch = new PushBatch.Flows(PushCost.records());
        System.out.printf(
                "write a record as JSON: %.1f us%n",
                PushCost.micros(() -> batch.records().forEach(record -> assertNotEquals("", RecordJson.line(record)))));
        for (String compression : List.of("gzip", "none")) {
            HttpServer receiver = receiver();
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort();
            try (OtlpTarget target = target(url, compression)) {
                double micros = PushCost.micros(() -> assertEquals(Outcome.Accepted.ALL, target.send(batch)));
                System.out.printf("send a record by OTLP, %s: %.1f us, the receiver included%n", compression, micros);
            } finally {
                receiver.stop(0);
            }
        }
    }

    /** A receiver in this process that decodes nothing. */
    private static HttpServer receiver() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static OtlpTarget target(String url, String compression) {
        AgentFacts facts = new AgentFacts("1.2.3", "diag", "", "6.1.0", "here", Instant.EPOCH);
        return new OtlpTarget(
                new OtlpTarget.Setup(url, Map.of(), compression, Duration.ofSeconds(60), facts, true), Map.of());
    }
}
