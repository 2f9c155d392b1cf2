package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.security.Vacm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snmp4j.PDU;
import org.snmp4j.PDUv1;
import org.snmp4j.ScopedPDU;
import org.snmp4j.agent.CommandProcessor;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.agent.mo.snmp.StorageType;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.VariableBinding;

/** What is answered, against what the library answers when left as it is: the same bytes. */
class SameBytesTest {
    private static final OctetString ENGINE = new OctetString("an engine");
    private static final OID TABLE = new OID("1.3.6.1.4.1.9.1.1");
    private static final OID SECOND = new OID("1.3.6.1.4.1.9.3.1");
    private static final OID SCALARS = new OID("1.3.6.1.4.1.9.2");
    private static final OID LAST = new OID("1.3.6.1.6.9");
    private static final int MAX_RESPONSE = 65_000;

    /** Bytes of the shortest variable binding. */
    private static final int MIN_BINDING_BYTES = 7;

    /** Views: "+" and "-" for families that are included and excluded; behind "/", a mask. */
    private static final Map<String, List<String>> VIEWS = Map.of(
            "all", List.of("+1.3"),
            "none", List.of("-1.3"),
            "columns", List.of("+1.3", "-1.3.6.1.4.1.9.1.1.1", "-1.3.6.1.4.1.9.1.1.5", "-1.3.6.1.4.1.9.1.1.2415919104"),
            "table", List.of("+1.3.6.1.4.1.9.2", "+1.3.6.1.4.1.9.3.1.3"),
            "rows", List.of("+1.3.6.1", "-1.3.6.1.4.1.9.1.1.0.7/fff0", "-1.3.6.1.4.1.9.1.1.3.1"),
            "holes", List.of("+1.3.6.1.4.1.9.1.1.2", "-1.3.6.1.4.1.9.1.1.2.3", "+1.3.6.1.2.1.1.1", "+1.3.6.1.2.1.1.9"));

    private final Random random = new Random(20_261_122);
    private final DefaultMOServer server = new DefaultMOServer();
    private final Vacm vacm = new Vacm(server, SecurityModels.getInstance());
    private ServedParts parts;
    private Responder responder;
    private InMemoryDispatcher ours;
    private InMemoryDispatcher library;
    private List<OID> instances;

    @TempDir
    private Path state;

    @BeforeEach
    void registerObjects() throws Exception {
        server.addContext(new OctetString());
        SNMPv2MIB system = new SNMPv2MIB(
                new OctetString("about"), new OID("1.3.6"), new Integer32(72), () -> new TimeTicks(4711)) {};
        system.registerMOs(server, null);
        system.addSysOREntry(new OID("1.3.6.1"), new OctetString("one"));
        system.addSysOREntry(new OID("1.3.6.2"), new OctetString("two"));
        register(NumberedTable.random(TABLE, 150, random));
        register(NumberedTable.random(SECOND, 40, random));
        register(new NumberedTable(new OID("1.3.6.1.4.1.9.1.2"))); // has no rows
        register(new Scalars(SCALARS)
                .add(new OID(SCALARS).append(1), () -> new Counter64(-1))
                .add(new OID(SCALARS).append(2), () -> new Gauge32(17))
                .add(new OID(SCALARS).append(9), () -> new OctetString("x".repeat(200))));
        register(new Scalars(LAST).add(new OID(LAST).append(1), () -> new Integer32(-5)));
        VIEWS.forEach(this::allow);

        parts = ServedParts.of(state);
        responder = new Responder(
                ENGINE, parts.served().requests(), vacm, InMemoryDispatcher.failures(), new ResponseLimit(1500));
        responder.addMOServer(server);
        responder.serve(new MibTree(server.getRegistry().values()));
        CommandProcessor left = new CommandProcessor(ENGINE);
        left.addMOServer(server);
        left.setVacm(vacm);
        ours = new InMemoryDispatcher(responder, ENGINE);
        library = new InMemoryDispatcher(left, ENGINE);
        instances = walk();
    }

    @AfterEach
    void close() throws IOException {
        responder.close();
        parts.close();
    }

    private void register(Subtree subtree) throws Exception {
        server.register(new SubtreeObject(subtree), null);
    }

    private void allow(String name, List<String> families) {
        OctetString view = new OctetString(name);
        for (String family : families) {
            String[] parts = family.substring(1).split("/", -1);
            OctetString mask = parts.length > 1 ? OctetString.fromHexStringPairs(parts[1]) : new OctetString();
            int type = family.startsWith("+") ? VacmMIB.vacmViewIncluded : VacmMIB.vacmViewExcluded;
            vacm.addViewTreeFamily(view, new OID(parts[0]), mask, type, StorageType.permanent);
        }
        for (int model = 1; model <= 3; model++) {
            vacm.addGroup(model, view, view, StorageType.permanent);
            vacm.addAccess(
                    view, new OctetString(), model, 1, VacmMIB.vacmExactMatch, view, view, view, StorageType.permanent);
        }
    }

    /** All instances, one by one. */
    private List<OID> walk() throws IOException {
        List<OID> all = new ArrayList<>();
        OID at = new OID("1");
        while (true) {
            PDU next = new PDU(PDU.GETNEXT, List.of(new VariableBinding(at)));
            PDU answer = decode(library.ask(next, MPv2c.ID, "all", MAX_RESPONSE), next);
            if (answer.get(0).isException()) {
                return all;
            }
            at = answer.get(0).getOid();
            all.add(at);
        }
    }

    private static PDU decode(byte[] bytes, PDU like) throws IOException {
        PDU pdu = like instanceof ScopedPDU ? new ScopedPDU() : new PDU();
        pdu.decodeBER(new BERInputStream(ByteBuffer.wrap(bytes)));
        return pdu;
    }

    private OID bound() {
        OID oid = new OID(instances.get(random.nextInt(instances.size())));
        switch (random.nextInt(8)) {
            case 0 -> oid.trim(1 + random.nextInt(oid.size() - 1));
            case 1 -> oid.append(random.nextInt());
            case 2 -> oid = oid.predecessor();
            case 3 -> oid = oid.nextPeer();
            case 4 -> oid = new OID(LAST).append(random.nextInt(3));
            case 5 -> oid = new OID(TABLE).append(random.nextInt(8)).append(random.nextInt(10));
            default -> {}
        }
        return oid;
    }

    private PDU request(int model, int type, int most) {
        PDU pdu = switch (model) {
            case MPv1.ID -> new PDUv1();
            case MPv2c.ID -> new PDU();
            default -> new ScopedPDU();
        };
        int size = random.nextInt(10) == 0 ? random.nextInt(30) : random.nextInt(5);
        for (int i = 0; i < size; i++) {
            pdu.add(new VariableBinding(bound()));
        }
        pdu.setType(type);
        pdu.setRequestID(new Integer32(random.nextInt()));
        if (type == PDU.GETBULK) {
            int[] repetitions = {-3, 0, 1, 2, 7, 20, most > 5_000 ? 300 : 70_000, most > 5_000 ? 20 : Integer.MAX_VALUE
            };
            pdu.setNonRepeaters(random.nextInt(size + 4) - 2);
            pdu.setMaxRepetitions(repetitions[random.nextInt(repetitions.length)]);
        }
        return pdu;
    }

    @Test
    void shouldAnswerAsTheLibraryDoes() throws Exception {
        int same = 0;
        int cut = 0;
        String[] users = {"all", "all", "none", "columns", "table", "rows", "holes"};
        for (int i = 0; i < 3_000; i++) {
            int model = new int[] {MPv1.ID, MPv2c.ID, MPv3.ID}[random.nextInt(3)];
            int type = model != MPv1.ID && random.nextInt(4) != 0 ? PDU.GETBULK : PDU.GETNEXT;
            boolean unlimited = model == MPv1.ID || random.nextInt(100) == 0;
            int most = unlimited ? MAX_RESPONSE : 60 + random.nextInt(random.nextInt(2_500) + 1);
            String user = users[random.nextInt(users.length)];
            PDU pdu = request(model, type, most);
            byte[] expected = expected(pdu, model, user, most);
            byte[] answered = ours.askAndWait(pdu, model, user, most);
            if (type == PDU.GETBULK && !Arrays.equals(expected, answered) && nothing(expected, pdu)) {
                expected = cut(pdu, model, user, most);
                cut++;
            } else {
                same++;
            }
            if (!Arrays.equals(expected, answered)) {
                String asked = i + ": " + user + ", at most " + most + " bytes: " + pdu;
                assertEquals(text(expected, pdu), text(answered, pdu), asked);
                assertArrayEquals(expected, answered, asked);
            }
        }
        assertTrue(same > 10 * cut, "same " + same + ", cut " + cut);
    }

    /**
     * The library's answer, but for noSuchName, that is of version 1: there the library gives back what it has found so far,
     * even endOfMibView, and we what was asked (RFC 1157, 4.1.3).
     */
    private byte[] expected(PDU asked, int model, String user, int most) throws IOException {
        byte[] answer = library.ask(asked, model, user, most);
        if (model != MPv1.ID) {
            return answer;
        }
        PDU roomy = decode(library.ask(asked, model, user, MAX_RESPONSE), asked);
        if (roomy.getErrorStatus() != PDU.noSuchName) {
            return answer;
        }
        PDU refusal = (PDU) asked.clone();
        refusal.setType(PDU.RESPONSE);
        refusal.setErrorStatus(roomy.getErrorStatus());
        refusal.setErrorIndex(roomy.getErrorIndex());
        return InMemoryDispatcher.encode(refusal);
    }

    private static String text(byte[] bytes, PDU like) throws IOException {
        return bytes.length == 0 ? "no answer" : decode(bytes, like).toString();
    }

    /**
     * Where the object ids that were asked for and the first bindings together do not fit, the library gives no answer, or one with
     * no bindings at all.
     */
    private static boolean nothing(byte[] answer, PDU asked) throws IOException {
        if (answer.length == 0) {
            return true;
        }
        PDU pdu = decode(answer, asked);
        return pdu.size() == 0 && pdu.getErrorStatus() == PDU.noError;
    }

    /** As much as fits of what the library answers when there is room; tooBig if nothing does. */
    private byte[] cut(PDU asked, int model, String user, int most) throws IOException {
        PDU enough = (PDU) asked.clone();
        int repeaters = Math.max(1, asked.size() - Math.max(0, asked.getNonRepeaters()));
        enough.setMaxRepetitions(Math.min(1 + most / MIN_BINDING_BYTES / repeaters, asked.getMaxRepetitions()));
        PDU row = decode(library.ask(enough, model, user, MAX_RESPONSE), asked);
        while (row.size() > 0 && row.getBERLength() > most) {
            row.trim();
        }
        if (row.size() == 0) {
            row.setErrorStatus(PDU.tooBig);
        }
        return row.getBERLength() > most ? new byte[0] : InMemoryDispatcher.encode(row);
    }
}
