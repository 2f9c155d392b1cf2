package io.tcpprobe.agent.push;

import com.sun.management.OperatingSystemMXBean;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Measures what a flow record costs in processor time; see docs/performance.md. */
public final class PushCost {
    /** Records of a batch. */
    private static final int BATCH = 500;

    private static final int BATCHES = 200;
    private static final int ROUNDS = 5;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private PushCost() {}

    /** Work whose processor time is measured. */
    public interface Work {
        void run() throws Exception;
    }

    /** Returns the processor time of a record in microseconds: the least of some rounds, after the first ones. */
    public static double micros(Work batch) throws Exception {
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

    /** The rows of as many flows as a batch has. */
    public static TestRow[] rows() {
        return LongStream.rangeClosed(1, BATCH).mapToObj(PushCost::row).toArray(TestRow[]::new);
    }

    /** The last records of these flows. */
    public static List<FlowRecord> records() {
        return Arrays.stream(rows())
                .map(row -> TestRecords.record(row, 1, true))
                .toList();
    }
}
