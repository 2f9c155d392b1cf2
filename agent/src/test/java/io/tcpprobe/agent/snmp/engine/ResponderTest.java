package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.security.Vacm;
import io.tcpprobe.agent.users.FailedLogins;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.mo.snmp.StorageType;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

class ResponderTest {
    private static final OctetString ENGINE = new OctetString("an engine");
    private static final OID FAST = new OID("1.3.6.1.4.1.9.1.0");
    private static final OID SLOW = new OID("1.3.6.1.4.1.9.2.0");
    private static final OID BROKEN = new OID("1.3.6.1.4.1.9.3.0");
    private static final int MAX_RESPONSE = 65_000;

    private final CountDownLatch read = new CountDownLatch(1);
    private final AtomicLong drops = new AtomicLong();
    private boolean broken = true;
    private ServedParts parts;
    private Responder responder;
    private InMemoryDispatcher asked;

    @TempDir
    private Path state;

    /** One value, which must be read first. */
    private final class Slow implements Subtree {
        @Override
        public OID root() {
            return new OID("1.3.6.1.4.1.9.2");
        }

        @Override
        public boolean ready() {
            return read.getCount() == 0;
        }

        @Override
        public Variable get(OID instance) {
            try {
                read.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return new Gauge32(2);
        }

        @Override
        public @Nullable VariableBinding next(OID bound, boolean inclusive) {
            return bound.compareTo(SLOW) < 0 ? new VariableBinding(SLOW, get(SLOW)) : null;
        }
    }

    @BeforeEach
    void registerObjects() throws Exception {
        DefaultMOServer server = new DefaultMOServer();
        server.addContext(new OctetString());
        server.register(
                new SubtreeObject(
                        new Scalars(new OID("1.3.6.1.4.1.9.1")).add(new OID("1.3.6.1.4.1.9.1"), () -> new Gauge32(1))),
                null);
        server.register(new SubtreeObject(new Slow()), null);
        server.register(
                new SubtreeObject(new Scalars(new OID("1.3.6.1.4.1.9.3")).add(new OID("1.3.6.1.4.1.9.3"), () -> {
                    if (broken) {
                        throw new IllegalStateException("as the test wants it");
                    }
                    return new Gauge32(3);
                })),
                null);
        Vacm vacm = new Vacm(server, SecurityModels.getInstance());
        OctetString all = new OctetString("all");
        vacm.addViewTreeFamily(all, new OID("1.3"), new OctetString(), VacmMIB.vacmViewIncluded, StorageType.permanent);
        for (int model = 1; model <= 3; model++) {
            vacm.addGroup(model, all, all, StorageType.permanent);
            vacm.addAccess(
                    all, new OctetString(), model, 1, VacmMIB.vacmPrefixMatch, all, all, all, StorageType.permanent);
        }
        parts = ServedParts.of(state);
        responder = new Responder(
                ENGINE, parts.served().requests(), vacm, InMemoryDispatcher.failures(), new ResponseLimit(1500));
        responder.addMOServer(server);
        responder.serve(new MibTree(server.getRegistry().values()));
        responder.addCounterListener(event -> {
            if (event.getOid().equals(SnmpConstants.snmpSilentDrops)) {
                drops.incrementAndGet();
            }
        });
        asked = new InMemoryDispatcher(responder, ENGINE);
    }

    @AfterEach
    void close() throws IOException {
        read.countDown();
        responder.close();
        parts.close();
    }

    private static PDU pdu(int type, OID... oids) {
        PDU pdu = new PDU();
        pdu.setType(type);
        for (OID oid : oids) {
            pdu.add(new VariableBinding(oid));
        }
        return pdu;
    }

    private static PDU decode(byte[] bytes) throws IOException {
        PDU pdu = new PDU();
        pdu.decodeBER(new BERInputStream(ByteBuffer.wrap(bytes)));
        return pdu;
    }

    @Test
    void shouldAnswerOthersWhileARequestWaitsForTheKernel() throws Exception {
        for (PDU waits : List.of(pdu(PDU.GETNEXT, FAST), pdu(PDU.GET, SLOW), pdu(PDU.GETBULK, FAST))) {
            waits.setMaxRepetitions(waits.getType() == PDU.GETBULK ? 1 : 0);
            assertEquals(0, asked.ask(waits, MPv2c.ID, "all", MAX_RESPONSE).length, "answered before it can be");
            PDU other = decode(asked.ask(pdu(PDU.GET, FAST), MPv2c.ID, "all", MAX_RESPONSE));
            assertEquals(new Gauge32(1), other.get(0).getVariable());
        }
        read.countDown();
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    new VariableBinding(SLOW, new Gauge32(2)),
                    decode(asked.later()).get(0));
        }
    }

    @Test
    void shouldNotDelayOthersBehindALongRequest() throws Exception {
        PDU slow = pdu(PDU.GETNEXT, FAST);
        asked.ask(slow, MPv2c.ID, "all", MAX_RESPONSE); // has the thread busy that answers long ones
        PDU request = pdu(PDU.GETBULK, BROKEN);
        request.setMaxRepetitions(101);
        assertEquals(
                0, asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE).length, "answered by the thread that listens");
        request.setMaxRepetitions(100);
        assertTrue(asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE).length > 0, "not answered at once");
        read.countDown();
        asked.later();
        asked.later();
    }

    private PDU large(int type) {
        OctetString value = new OctetString(new byte[1_000]);
        PDU request = pdu(type);
        for (int i = 0; i < 50; i++) {
            request.add(new VariableBinding(SLOW, value));
        }
        return request;
    }

    @Test
    void shouldNotKeepTheValuesOfRequestsThatRead() throws Exception {
        PDU blocks = pdu(PDU.GET, SLOW);
        asked.ask(blocks, MPv2c.ID, "all", MAX_RESPONSE);
        await(() -> responder.waitingBytes() == 0); // has the thread busy that answers requests that wait
        for (int type : new int[] {PDU.GET, PDU.GETNEXT}) {
            PDU request = large(type);
            request.set(0, new VariableBinding(FAST, request.get(0).getVariable()));
            long before = responder.waitingBytes();
            asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE);
            assertTrue(responder.waitingBytes() - before < 20_000, () -> "waiting " + responder.waitingBytes());
        }
        broken = false;
        read.countDown();
        for (int value : new int[] {2, 2, 3}) {
            PDU answer = decode(asked.later());
            assertEquals(new Gauge32(value), answer.get(answer.size() - 1).getVariable());
        }
    }

    @Test
    void shouldBoundTheBytesOfRequestsThatWait() throws Exception {
        asked.ask(pdu(PDU.GET, SLOW), MPv2c.ID, "all", MAX_RESPONSE);
        await(() -> responder.waitingBytes() == 0); // has the thread busy that answers requests that wait
        long each = Responder.heldBytes(large(PDU.SET));
        long room = Responder.MAX_WAITING_BYTES / each;
        assertTrue(room < Responder.MAX_WAITING, "they are not too many by number");
        for (int i = 0; i < room + 5; i++) {
            asked.ask(large(PDU.SET), MPv2c.ID, "all", MAX_RESPONSE);
        }
        assertEquals(room * each, responder.waitingBytes());
        assertEquals(5, drops.get());
        read.countDown();
        await(() -> responder.waitingBytes() == 0);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within a minute");
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldTreatNegativeNonRepeatersAsZero() throws Exception {
        asked.ask(pdu(PDU.GETNEXT, FAST), MPv2c.ID, "all", MAX_RESPONSE); // has the thread busy that answers long ones
        PDU request = pdu(PDU.GETBULK, BROKEN, BROKEN);
        request.setMaxRepetitions(101);
        request.setNonRepeaters(Integer.MIN_VALUE);
        assertEquals(
                0, asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE).length, "answered by the thread that listens");
        read.countDown();
        asked.later();
        asked.later();
    }

    @Test
    void shouldEndARepetitionBeforeAnObjectThatMustBeWaitedFor() throws Exception {
        OID before = new OID("1.3.6.1.4.1.9.0");
        PDU request = pdu(PDU.GETBULK, before);
        request.setMaxRepetitions(5);
        assertEquals(
                List.of(new VariableBinding(FAST, new Gauge32(1))),
                decode(asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE)).getVariableBindings());
        request.setMaxRepetitions(101); // answered aside, where it could wait
        byte[] atOnce = asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE);
        assertEquals(
                List.of(new VariableBinding(FAST, new Gauge32(1))),
                decode(atOnce.length == 0 ? asked.later() : atOnce).getVariableBindings());
        PDU two = pdu(PDU.GETBULK, before, FAST);
        two.setMaxRepetitions(5);
        assertEquals(0, asked.ask(two, MPv2c.ID, "all", MAX_RESPONSE).length, "the first repetition must be whole");
        read.countDown();
        asked.later();
        broken = false;
        request.setMaxRepetitions(3);
        assertEquals(
                List.of(FAST, SLOW, BROKEN),
                decode(asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE)).getVariableBindings().stream()
                        .map(VariableBinding::getOid)
                        .toList());
    }

    @Test
    void shouldAnswerImmediatelyIfNothingMustBeRead() throws IOException {
        read.countDown();
        PDU answer = decode(asked.ask(pdu(PDU.GETNEXT, FAST), MPv2c.ID, "all", MAX_RESPONSE));
        assertEquals(new VariableBinding(SLOW, new Gauge32(2)), answer.get(0));
    }

    @Test
    void shouldBlameTheVariableThatFails() throws IOException {
        read.countDown();
        for (int type : new int[] {PDU.GETNEXT, PDU.GETBULK}) {
            PDU request = pdu(type, FAST, SLOW);
            request.setMaxRepetitions(type == PDU.GETBULK ? 5 : 0);
            PDU answer = decode(asked.ask(request, MPv2c.ID, "all", MAX_RESPONSE));
            assertEquals(PDU.genErr, answer.getErrorStatus());
            assertEquals(2, answer.getErrorIndex());
            assertEquals(new VariableBinding(SLOW, Null.instance), answer.get(1), "what was asked is given back");
        }
    }

    /** Its clients choose what is asked: each object id must not be a line of its own. */
    @Test
    void shouldLogAFailureOnceForAllRequests() throws IOException {
        read.countDown();
        try (Heard log = Heard.of(SnmpFailures.class.getName())) {
            for (int i = 0; i < 30; i++) {
                asked.ask(pdu(PDU.GETNEXT, new OID("1.3.6.1.4.1.9.2.1." + i)), MPv2c.ID, "all", MAX_RESPONSE);
            }
            List<String> lines = log.lines();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().startsWith("WARN answer GETNEXT from 127.0.0.1: IllegalStateException at "));
        }
    }

    @Test
    void shouldRefuseClientsWithoutReadAccess() throws IOException {
        PDU repeated = pdu(PDU.GETBULK, FAST);
        repeated.setMaxRepetitions(50);
        for (PDU request : List.of(pdu(PDU.GETNEXT, FAST), pdu(PDU.GETBULK, FAST), repeated)) {
            PDU answer = decode(asked.ask(request, MPv2c.ID, "stranger", MAX_RESPONSE));
            assertEquals(PDU.authorizationError, answer.getErrorStatus());
            assertEquals(1, answer.getErrorIndex());
            assertEquals(new VariableBinding(FAST, Null.instance), answer.get(0));
            assertEquals(0, responder.getRequestList().size(), "nothing is kept");
        }
    }

    @Test
    void shouldRefuseRequestsOfTooManyVariables() throws IOException {
        OID[] many = Collections.nCopies(501, FAST).toArray(OID[]::new);
        for (int type : new int[] {PDU.GET, PDU.GETNEXT, PDU.GETBULK}) {
            PDU answer = decode(asked.ask(pdu(type, many), MPv2c.ID, "all", MAX_RESPONSE));
            assertEquals(PDU.tooBig, answer.getErrorStatus());
            assertEquals(0, answer.size());
        }
    }

    @Test
    void shouldReportNoSuchNameInVersion1AndEndOfViewLater() throws IOException {
        assertEquals(
                PDU.noSuchName,
                decode(asked.ask(pdu(PDU.GETNEXT, BROKEN), MPv1.ID, "all", MAX_RESPONSE))
                        .getErrorStatus());
        PDU since = decode(asked.ask(pdu(PDU.GETNEXT, BROKEN), MPv2c.ID, "all", MAX_RESPONSE));
        assertEquals(new VariableBinding(BROKEN, Null.endOfMibView), since.get(0));
    }

    @Test
    void shouldReportAnUnknownContextAtOnce() {
        ScopedPDU request = new ScopedPDU();
        request.setType(PDU.GETBULK);
        request.add(new VariableBinding(FAST));
        request.setContextName(new OctetString("elsewhere"));
        assertTrue(asked.ask(request, MPv3.ID, "all", MAX_RESPONSE).length > 0, "a report");
        assertEquals(0, responder.getRequestList().size(), "nothing is kept");
    }

    /** As for a manager that asks for a context: the objects there, not those of the default context. */
    @Test
    void shouldAnswerInAContext() throws Exception {
        OID there = new OID("1.3.6.1.4.1.9.5");
        List<String> threads = new CopyOnWriteArrayList<>();
        Scalars scalars = new Scalars(there).add(there, () -> {
            threads.add(Thread.currentThread().getName());
            return new Counter64(7);
        });
        responder.serve(name ->
                name.equals(new OctetString("there")) ? Optional.of(MibTree.of(List.of(scalars))) : Optional.empty());
        OID instance = new OID(there).append(0);
        PDU found = answerInContext(PDU.GET, "there", instance, FAST);
        assertEquals(new VariableBinding(instance, new Counter64(7)), found.get(0));
        assertEquals(new VariableBinding(FAST, Null.noSuchObject), found.get(1));
        assertEquals(
                new VariableBinding(instance, new Counter64(7)),
                answerInContext(PDU.GETNEXT, "there", there).get(0));
        try (Heard audit = Heard.of(Logging.AUDIT)) {
            PDU refused = answerInContext(PDU.SET, "there", instance);
            assertEquals(PDU.notWritable, refused.getErrorStatus());
            assertEquals(1, refused.getErrorIndex());
            assertTrue(
                    audit.lines().getFirst().contains("in context there: Not writable; by snmp user all"),
                    audit::toString);
        }
        assertEquals(List.of("snmp-background", "snmp-background"), threads, "not by the thread that listens");
        assertEquals(PDU.REPORT, answerInContext(PDU.GET, "elsewhere", instance).getType());
        assertEquals(0, responder.getRequestList().size(), "nothing is kept");
    }

    private PDU answerInContext(int type, String context, OID... oids) throws Exception {
        ScopedPDU request = new ScopedPDU();
        request.setType(type);
        for (OID oid : oids) {
            request.add(new VariableBinding(oid));
        }
        request.setContextName(new OctetString(context));
        byte[] answer = asked.ask(request, MPv3.ID, "all", MAX_RESPONSE);
        ScopedPDU decoded = new ScopedPDU();
        decoded.decodeBER(new BERInputStream(ByteBuffer.wrap(answer.length == 0 ? asked.later() : answer)));
        return decoded;
    }

    private static ScopedPDU set(OID... oids) {
        ScopedPDU set = new ScopedPDU();
        set.setType(PDU.SET);
        for (OID oid : oids) {
            set.add(new VariableBinding(oid));
        }
        return set;
    }

    @Test
    void shouldAuditARefusedSetOnce() {
        read.countDown();
        try (Heard audit = Heard.of(Logging.AUDIT)) {
            asked.ask(set(FAST, BROKEN), MPv3.ID, "all", MAX_RESPONSE);
            assertEquals(
                    List.of("INFO set " + FAST
                            + ", 1 of 2: Not writable; by snmp user all from 127.0.0.1/4; logged once an hour"),
                    audit.lines());
            asked.ask(set(FAST, BROKEN), MPv3.ID, "stranger", MAX_RESPONSE);
            assertEquals(
                    List.of(
                            "INFO set " + FAST
                                    + ", 1 of 2: Authorization error; by snmp user stranger from 127.0.0.1/4; logged once an hour"),
                    audit.lines());
            asked.ask(pdu(PDU.GET, new OID("1.3.6.1.4.1.9.9.0")), MPv2c.ID, "stranger", MAX_RESPONSE);
            assertEquals(List.of(), audit.lines(), "nobody wanted to change something");
        }
    }

    @Test
    void shouldAnswerARefusedSetOfNothing() {
        assertTrue(asked.ask(set(), MPv3.ID, "stranger", MAX_RESPONSE).length > 0);
        assertEquals(0, responder.getRequestList().size(), "nothing is kept");
    }

    /** Nobody knows who they are, and there is no end to what they can send. */
    @Test
    void shouldReportWritesByUnknownClientsOnce() {
        try (Heard audit = Heard.of(Logging.AUDIT);
                Heard log = Heard.of(FailedLogins.class.getName())) {
            for (int i = 0; i < 3; i++) {
                asked.ask(pdu(PDU.SET, FAST), MPv2c.ID, "stranger", MAX_RESPONSE);
            }
            assertEquals(List.of(), audit.lines());
            assertEquals(
                    List.of(
                            "WARN log in by snmp from 127.0.0.1: SET refused; it needs an SNMPv3 user with authPriv; logged once an hour"),
                    log.lines());
        }
    }
}
