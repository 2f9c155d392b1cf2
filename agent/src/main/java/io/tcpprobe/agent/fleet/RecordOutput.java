package io.tcpprobe.agent.fleet;

import io.tcpprobe.agent.kafka.KafkaTarget;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.agent.push.RecordJson;
import io.tcpprobe.agent.push.Sender;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where simulated records go: to a file, or to Kafka as an agent sends them. */
public abstract class RecordOutput implements FleetSimulation.Sink, AutoCloseable {
    private static final int ATTEMPTS = 12;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int GATHERED = Sender.MAX_BATCH;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long beganNanos = System.nanoTime();
    private int rate;
    private long records;

    private RecordOutput() {}

    /** Records were not accepted by the brokers. */
    public static final class NotSentException extends IOException {
        private static final long serialVersionUID = 1;

        NotSentException(String why) {
            super(why);
        }
    }

    /**
     * Limits the rate.
     *
     * @param perSecond records a second; 0 = no limit
     */
    public void limit(int perSecond) {
        rate = perSecond;
    }

    /** Writes to a file, an object of JSON a line. */
    public static RecordOutput toFile(Path file) throws IOException {
        return new ToFile(Files.newBufferedWriter(file));
    }

    /**
     * Sends to the brokers of the setting kafka.servers.
     *
     * @throws ProblemException if it is not set, or cannot be used
     */
    public static RecordOutput toKafka(SettingStore settings) throws ProblemException {
        if (settings.get(Settings.KAFKA_SERVERS).isEmpty()) {
            throw new ProblemException(new Problem(
                    "write the records",
                    "fleet-sim",
                    "there is no output",
                    "give --out FILE, or --set " + Settings.KAFKA_SERVERS.name() + "=HOST:PORT"));
        }
        return new ToKafka(KafkaTarget.open(settings, new PushOrigin("", "")));
    }

    @Override
    public final void take(FlowRecord flow) throws IOException, InterruptedException {
        if (rate > 0 && records % GATHERED == 0) {
            long due = beganNanos + records / rate * NANOS_PER_SECOND + records % rate * NANOS_PER_SECOND / rate;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
        records++;
        write(flow);
    }

    abstract void write(FlowRecord flow) throws IOException, InterruptedException;

    /** Writes what is still gathered. */
    public abstract void finish() throws IOException, InterruptedException;

    /** Returns how many records there were so far. */
    public final long records() {
        return records;
    }

    @Override
    public abstract void close() throws IOException;

    private static final class ToFile extends RecordOutput {
        private final BufferedWriter out;

        ToFile(BufferedWriter out) {
            this.out = out;
        }

        @Override
        void write(FlowRecord flow) throws IOException {
            out.write(RecordJson.line(flow));
            out.newLine();
        }

        @Override
        public void finish() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class ToKafka extends RecordOutput {
        private final PushTarget target;
        private final List<FlowRecord> gathered = new ArrayList<>();

        ToKafka(PushTarget target) {
            this.target = target;
        }

        @Override
        void write(FlowRecord flow) throws IOException, InterruptedException {
            gathered.add(flow);
            if (gathered.size() == GATHERED) {
                finish();
            }
        }

        @Override
        public void finish() throws IOException, InterruptedException {
            PushBatch batch = new PushBatch.Flows(List.copyOf(gathered));
            gathered.clear();
            String why = "";
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (attempt > 0) {
                    Thread.sleep(PAUSE);
                }
                switch (target.send(batch)) {
                    case PushTarget.Outcome.Accepted(int rejected, String _)
                    when rejected == 0 -> {
                        return;
                    }
                    case PushTarget.Outcome.Accepted(int rejected, String refused) ->
                        throw new NotSentException("the brokers have rejected " + rejected + " records: " + refused);
                    case PushTarget.Outcome.Refused(String refused) -> throw new NotSentException(refused);
                    case PushTarget.Outcome.Later(String later) -> why = later;
                }
            }
            throw new NotSentException(why);
        }

        @Override
        public void close() {
            target.close();
        }
    }
}
