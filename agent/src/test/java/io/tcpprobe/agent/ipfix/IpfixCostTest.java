package io.tcpprobe.agent.ipfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushCost;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Prints what a flow record costs in processor time, with {@code -Dtcpprobe.all=true}; see docs/performance.md. */
class IpfixCostTest {
    @Test
    void shouldPrintTheCostOfARecord() throws Exception {
        assumeTrue(Boolean.getBoolean("tcpprobe.all"), "a measurement: runs with -Dtcpprobe.all=true");
        PushBatch.Flows batch = new PushBatch.Flows(PushCost.records());
        // The socket's buffer is full soon; then the kernel drops what comes.
        try (DatagramChannel receiver =
                DatagramChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
            for (boolean biflow : List.of(false, true)) {
                try (IpfixTarget target = target(port, biflow)) {
                    double micros = PushCost.micros(() -> assertEquals(Outcome.Accepted.ALL, target.send(batch)));
                    System.out.printf("send a record by IPFIX over UDP, biflow %s: %.1f us%n", biflow, micros);
                }
            }
        }
    }

    private static IpfixTarget target(int port, boolean biflow) {
        return new IpfixTarget(
                new RecordGrowth(false, Long.MAX_VALUE, System::nanoTime),
                new MessageEncoder(new Template.Form(biflow, OptionalLong.empty()), 1400, 1),
                new ExportSession.Setup(
                        CollectorAddress.parse("127.0.0.1:" + port),
                        InetAddress::getAllByName,
                        false,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        System::nanoTime,
                        System::currentTimeMillis));
    }
}
