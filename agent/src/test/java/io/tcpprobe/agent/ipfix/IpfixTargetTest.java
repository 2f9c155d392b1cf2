package io.tcpprobe.agent.ipfix;

import static io.tcpprobe.agent.ipfix.IpfixDecoder.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import io.tcpprobe.test.Waiting;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IpfixTargetTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration TEMPLATES = Duration.ofSeconds(60);
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong(1_000 * SECOND);
    private final AtomicLong millis = new AtomicLong(1_700_000_000_999L);
    private final IpfixDecoder decoder = new IpfixDecoder();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    private IpfixTarget target(String collector, boolean tcp, Duration limit) {
        return target(collector, InetAddress::getAllByName, tcp, limit);
    }

    private IpfixTarget target(String collector, CollectorAddress.Resolver resolver, boolean tcp, Duration limit) {
        return keep(new IpfixTarget(
                new RecordGrowth(false, SECOND, nanos::get),
                new MessageEncoder(new Template.Form(false, OptionalLong.empty()), 1400, 3),
                new ExportSession.Setup(
                        CollectorAddress.parse(collector), resolver, tcp, TEMPLATES, limit, nanos::get, millis::get)));
    }

    /** Flows that have ended, with a record for each direction. */
    private static PushBatch.Flows batch(long from, long to) {
        return new PushBatch.Flows(LongStream.rangeClosed(from, to)
                .mapToObj(id -> TestRecord.flow(id, 1)
                        .sent(100 + id, 2, 1)
                        .received(50, 2, 1)
                        .last()
                        .record())
                .toList());
    }

    private DatagramChannel collector(int port) throws IOException {
        return keep(DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, port)));
    }

    private static int port(DatagramChannel collector) throws IOException {
        return ((InetSocketAddress) collector.getLocalAddress()).getPort();
    }

    private IpfixDecoder.Message receive(DatagramChannel collector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(65_535);
        collector.receive(buffer);
        return decoder.decode(buffer.flip());
    }

    @Test
    void shouldSendTemplatesFirstAndRegularlyOverUdp() throws Exception {
        DatagramChannel collector = collector(0);
        IpfixTarget target = target("127.0.0.1:" + port(collector), false, TEMPLATES);
        assertEquals(Outcome.Accepted.ALL, target.send(batch(1, 3)));
        assertEquals(0, receive(collector).records().size());
        assertEquals(2, decoder.templateRecords());
        IpfixDecoder.Message first = receive(collector);
        assertEquals(6, first.records().size());
        assertEquals(0, first.sequence());
        assertEquals(3, first.domain());
        assertEquals(1_700_000_000L, first.exportSeconds());
        nanos.addAndGet(TEMPLATES.toNanos() - 1);
        target.send(batch(4, 4));
        assertEquals(6, receive(collector).sequence(), "the number of data records before");
        assertEquals(2, decoder.templateRecords(), "not yet again");
        nanos.addAndGet(1);
        millis.addAndGet(-5_000); // the clock is set back
        target.send(batch(5, 5));
        assertEquals(8, receive(collector).sequence());
        assertEquals(4, decoder.templateRecords(), "again");
        IpfixDecoder.Message last = receive(collector);
        assertEquals(8, last.sequence());
        assertEquals(1_699_999_995L, last.exportSeconds());
    }

    @Test
    void shouldCountWhatThePortRefusesAndSendTemplatesToACollectorThatComesLater() throws Exception {
        DatagramChannel closed = collector(0);
        int port = port(closed);
        closed.close();
        IpfixTarget target = target("127.0.0.1:" + port, false, TEMPLATES);
        Outcome.Accepted refused = (Outcome.Accepted) Waiting.until(
                "a refused message",
                () -> send(target, batch(1, 3)),
                outcome -> outcome instanceof Outcome.Accepted(int rejected, var _) && rejected > 0);
        assertEquals(3, refused.rejected(), "those of the message before");
        assertTrue(refused.why().contains("nothing listens"), refused::why);
        DatagramChannel collector = collector(port);
        nanos.addAndGet(1);
        target.send(batch(11, 11));
        receive(collector);
        assertEquals(2, decoder.templateRecords(), "before they are due");
        assertEquals(11, number(receive(collector).records().getFirst(), 148));
    }

    @Test
    void shouldSendNothingOfFlowsThatAreIdle() throws Exception {
        DatagramChannel collector = collector(0);
        IpfixTarget target = target("127.0.0.1:" + port(collector), false, TEMPLATES);
        assertEquals(
                Outcome.Accepted.ALL,
                target.send(new PushBatch.Flows(List.of(TestRecord.flow(1, 1).record()))));
        collector.configureBlocking(false);
        assertNull(collector.receive(ByteBuffer.allocate(100)));
    }

    @Test
    void shouldCountRecordsThatCannotBeSent() throws Exception {
        DatagramChannel collector = collector(0);
        IpfixTarget target = target("127.0.0.1:" + port(collector), false, TEMPLATES);
        Outcome.Accepted outcome = assertInstanceOf(
                Outcome.Accepted.class,
                target.send(new PushBatch.Flows(List.of(
                        TestRecord.flow(1, 1).between("?", "?").record(),
                        TestRecord.flow(2, 1).last().record()))));
        assertEquals(1, outcome.rejected());
    }

    @Test
    void shouldTryLaterIfTheNameIsUnknown() throws Exception {
        CollectorAddress.Resolver unknown = host -> {
            throw new UnknownHostException(host);
        };
        IpfixTarget target = target("collector.invalid:4739", unknown, false, TEMPLATES);
        assertTrue(assertInstanceOf(Outcome.Later.class, target.send(batch(1, 1)))
                .why()
                .contains("collector.invalid"));
    }

    private static InetAddress loopback(int last) {
        return InetAddress.ofLiteral("127.0.0." + last);
    }

    @Test
    void shouldResolveTheNameAgainWhenTheCollectorRefusesOnly() throws Exception {
        DatagramChannel before = collector(0);
        int port = port(before);
        AtomicInteger resolved = new AtomicInteger();
        AtomicReference<InetAddress> host = new AtomicReference<>(LOOPBACK);
        CollectorAddress.Resolver resolver = _ -> {
            resolved.incrementAndGet();
            return new InetAddress[] {host.get()};
        };
        IpfixTarget target = target("collector.example:" + port, resolver, false, TEMPLATES);
        for (int id = 1; id <= 3; id++) {
            assertEquals(Outcome.Accepted.ALL, target.send(batch(id, id)));
            nanos.addAndGet(TEMPLATES.toNanos());
        }
        assertEquals(1, resolved.get());
        DatagramChannel moved = keep(DatagramChannel.open().bind(new InetSocketAddress(loopback(2), port)));
        host.set(loopback(2));
        before.close();
        Waiting.until(
                "a refused message",
                () -> send(target, batch(4, 4)),
                outcome -> outcome instanceof Outcome.Accepted(int rejected, var _) && rejected > 0);
        target.send(batch(5, 5));
        receive(moved);
        assertEquals(2, decoder.templateRecords(), "first");
        assertEquals(5, number(receive(moved).records().getFirst(), 148));
    }

    @Test
    void shouldTryALimitedNumberOfAddresses() throws Exception {
        int last = ExportSession.MAX_ADDRESSES + 1;
        ServerSocket listener = keep(new ServerSocket(0, 5, loopback(last)));
        CollectorAddress.Resolver first = _ -> IntStream.rangeClosed(1, last)
                .mapToObj(IpfixTargetTest::loopback)
                .toArray(InetAddress[]::new);
        CollectorAddress.Resolver second = _ -> IntStream.rangeClosed(2, last)
                .mapToObj(IpfixTargetTest::loopback)
                .toArray(InetAddress[]::new);
        String collector = "collector.example:" + listener.getLocalPort();
        assertInstanceOf(
                Outcome.Later.class,
                target(collector, first, true, Duration.ofSeconds(90)).send(batch(1, 1)));
        assertEquals(
                Outcome.Accepted.ALL,
                target(collector, second, true, Duration.ofSeconds(90)).send(batch(1, 1)));
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 5, LOOPBACK);
    }

    private IpfixDecoder.Message read(DataInputStream in) throws IOException {
        in.mark(4);
        in.readShort();
        int length = in.readUnsignedShort();
        in.reset();
        byte[] message = new byte[length];
        in.readFully(message);
        return decoder.decode(ByteBuffer.wrap(message));
    }

    private static DataInputStream in(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    @Test
    void shouldSendWhatIsLeftInTheNextConnection() throws Exception {
        ServerSocket listener = keep(listen(0));
        IpfixTarget target = target("127.0.0.1:" + listener.getLocalPort(), true, Duration.ofSeconds(90));
        target.send(batch(1, 2));
        Socket first = keep(listener.accept());
        DataInputStream in = in(first);
        read(in);
        assertEquals(2, decoder.templateRecords());
        assertEquals(4, read(in).records().size());
        nanos.addAndGet(10 * TEMPLATES.toNanos());
        target.send(batch(3, 3));
        IpfixDecoder.Message later = read(in);
        assertEquals(4, later.sequence());
        assertEquals(2, decoder.templateRecords(), "once in a connection");
        first.close();
        PushBatch next = batch(4, 6);
        Waiting.until("the end of the connection is noticed", () -> send(target, next) instanceof Outcome.Later);
        assertEquals(Outcome.Accepted.ALL, target.send(next));
        DataInputStream again = in(keep(listener.accept()));
        assertEquals(0, read(again).sequence(), "a new transport session");
        assertEquals(4, decoder.templateRecords());
        assertEquals(6, read(again).records().size());
    }

    private static Outcome send(IpfixTarget target, PushBatch batch) {
        try {
            return target.send(batch);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void shouldKeepABatchWhileNothingListensAndSendItOnce() throws Exception {
        ServerSocket before = listen(0);
        int port = before.getLocalPort();
        before.close();
        IpfixTarget target = target("127.0.0.1:" + port, true, Duration.ofSeconds(90));
        PushBatch batch = batch(1, 500);
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Outcome.Later.class, target.send(batch));
        }
        ServerSocket listener = keep(listen(port));
        assertEquals(Outcome.Accepted.ALL, target.send(batch));
        DataInputStream in = in(keep(listener.accept()));
        Set<Long> ids = new HashSet<>();
        long records = 0;
        read(in);
        while (records < 1000) {
            IpfixDecoder.Message message = read(in);
            assertEquals(records, message.sequence());
            records += message.records().size();
            message.records().forEach(record -> ids.add(number(record, 148)));
        }
        assertEquals(500, ids.size());
        assertEquals(1000, records, "none twice");
    }

    /** The messages that the collector has not read stay with the sender; those of the broken connection are lost. */
    @Test
    void shouldGiveUpAConnectionThatTheCollectorDoesNotRead() throws Exception {
        ServerSocket listener = keep(listen(0));
        IpfixTarget target = target("127.0.0.1:" + listener.getLocalPort(), true, Duration.ofMillis(50));
        AtomicLong id = new AtomicLong(1);
        Waiting.until("the buffers are full", () -> {
            long from = id.getAndAdd(500);
            return send(target, batch(from, from + 499)) instanceof Outcome.Later(String why)
                    && why.contains("does not read");
        });
    }

    @Test
    void shouldGiveUpAConnectionInWhichTheCollectorSends() throws Exception {
        ServerSocket listener = keep(listen(0));
        IpfixTarget target = target("127.0.0.1:" + listener.getLocalPort(), true, Duration.ofSeconds(90));
        target.send(batch(1, 1));
        keep(listener.accept()).getOutputStream().write("220 mail.example.net\r\n".getBytes(StandardCharsets.US_ASCII));
        Waiting.until(
                "what the collector sends is noticed",
                () -> send(target, batch(2, 2)) instanceof Outcome.Later(String why)
                        && why.contains("not an IPFIX collector"));
    }

    @Test
    void shouldEndWhenItIsInterrupted() throws Exception {
        ServerSocket listener = keep(listen(0));
        IpfixTarget target = target("127.0.0.1:" + listener.getLocalPort(), true, Duration.ofHours(1));
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread sending = Thread.ofPlatform().start(() -> {
            try {
                for (long id = 1; ; id += 500) {
                    target.send(batch(id, id + 499));
                }
            } catch (InterruptedException expected) {
                interrupted.set(true);
            }
        });
        Waiting.until("it waits", () -> isWaiting(sending));
        sending.interrupt();
        assertTrue(sending.join(Duration.ofSeconds(90)));
        assertTrue(interrupted.get());
    }

    private static boolean isWaiting(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getMethodName().equals("await")) {
                return true;
            }
        }
        return false;
    }
}
