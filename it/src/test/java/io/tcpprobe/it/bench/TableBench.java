package io.tcpprobe.it.bench;

import io.tcpprobe.agent.snmp.engine.NextRequest;
import io.tcpprobe.agent.snmp.engine.NextResponseBuilder;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.security.Vacm;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.mo.snmp.StorageType;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.PduHandle;
import org.snmp4j.mp.StateReference;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;

/** The cost of finding a row and writing cells, and of a GETNEXT and a GETBULK of them, without message encoding and network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TableBench {
    private static final OctetString EMPTY = new OctetString();
    private static final OctetString ALL = new OctetString("all");
    private static final int PLACES = 4_096;
    private static final int MAX_RESPONSE = 65_000;

    @Param({"1000", "100000", "2000000"})
    private int rows;

    private final OID[] places = new OID[PLACES];
    private final DefaultMOServer server = new DefaultMOServer();
    private final Vacm vacm = new Vacm(server, SecurityModels.getInstance());
    private final MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
    private final CoexistenceInfo coexistence = new CoexistenceInfo(ALL, ALL, EMPTY);
    private ManyRows table;
    private MibTree tree;
    private int at;

    /** Creates the table, and the places in it that are requested in turn. */
    @Setup
    public void fill() throws Exception {
        table = new ManyRows(rows);
        server.register(new SubtreeObject(table), null);
        tree = new MibTree(server.getRegistry().values());
        vacm.addViewTreeFamily(ALL, new OID("1.3"), EMPTY, VacmMIB.vacmViewIncluded, StorageType.permanent);
        Random random = new Random(1);
        for (int i = 0; i < PLACES; i++) {
            places[i] = ManyRows.instance(1 + random.nextInt(ManyRows.COLUMNS), random.nextInt(rows));
        }
    }

    private OID place() {
        return places[at++ & PLACES - 1];
    }

    /** Finds a row by its index. */
    @Benchmark
    public int search() {
        return table.rows().find(place().getValue(), ManyRows.ENTRY.size() + 1, false);
    }

    /** Processes a GETNEXT of one variable. */
    @Benchmark
    public PDU next() {
        NextResponseBuilder answer = new NextResponseBuilder(request(PDU.GETNEXT, 0));
        answer.next();
        return answer.response();
    }

    /** Processes a GETBULK of 500 repetitions of one variable; divide by 500 for one binding. */
    @Benchmark
    public PDU bulkOf500() {
        NextResponseBuilder answer = new NextResponseBuilder(request(PDU.GETBULK, 500));
        answer.bulk();
        return answer.response();
    }

    private NextRequest<UdpAddress> request(int type, int repetitions) {
        PDU pdu = new PDU(type, List.of(new VariableBinding(place())));
        pdu.setMaxRepetitions(repetitions);
        var command = new CommandResponderEvent<>(
                dispatcher,
                null,
                new UdpAddress(),
                MPv2c.ID,
                2,
                ALL.getValue(),
                1,
                new PduHandle(1),
                pdu,
                MAX_RESPONSE,
                new StateReference<UdpAddress>());
        return new NextRequest<>(command, coexistence, tree, vacm.view(ALL), true);
    }
}
