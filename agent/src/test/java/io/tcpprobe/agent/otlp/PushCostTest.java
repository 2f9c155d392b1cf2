package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import io.tcpprobe.agent.push.TestRecords;
import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Prints what a flow record costs in processor time, with {@code -Dtcpprobe.all=true}; see docs/performance.md. */
class PushCostTest {
    private static final int BATCH = 500;
    private static final int BATCHES = 200;
    private static final int ROUNDS = 5;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Work whose processor time is measured. */
    private interface Work {
        void run() throws Exception;
    }

    /** Returns the processor time of a record in microseconds: the least of some rounds, after the first ones. */
    private static double micros(Work batch) throws Exception {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long began = SYSTEM.getProcessCpuTime();
            for (int i = 0; i < BATCHES; i++) {
                batch.run();
            }
            least = Math.min(least, (SYSTEM.getProcessCpuTime() - began) / 1e3 / BATCHES / BATCH);
        }
        return least;
    }

    /** A row with all numbers that a record has, different for each flow. */
    private static TestRow row(long id) {
        TestRow row = TestRow.flow(id)
                .between("192.0.2." + id % 250, "198.51.100." + id % 120)
                .with(FlowField.LOCAL_PORT, 1024 + id)
                .with(FlowField.REMOTE_PORT, 443);
        for (FlowField field : FlowField.all()) {
            if (field.isCounter() && !field.derived()) {
                row = row.with(field, id * 7919 % 100_003);
            }
        }
        return row;
    }

    private static List<FlowRecord> records() {
        return LongStream.rangeClosed(1, BATCH)
                .mapToObj(id -> TestRecords.record(row(id), 1, true))
                .toList();
    }

    @Test
    void shouldPrintTheCostOfARecord() throws Exception {
        assumeTrue(Boolean.getBoolean("tcpprobe.all"), "a measurement: runs with -Dtcpprobe.all=true");
        TestRecords.Maker maker = TestRecords.maker(
                LongStream.rangeClosed(1, BATCH).mapToObj(PushCostTest::row).toArray(TestRow[]::new));
        System.out.printf("make a record, with its community id: %.1f us%n", micros(maker::make));
        PushBatch batch = new PushBatch.Flows(records());
        for (String compression : List.of("gzip", "none")) {
            HttpServer receiver = receiver();
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort();
            try (OtlpTarget target = target(url, compression)) {
                double micros = micros(() -> assertEquals(new Outcome.Accepted(0, ""), target.send(batch)));
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
