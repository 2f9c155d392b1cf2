package io.tcpprobe.it.bench;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.snmp.engine.Responder;
import io.tcpprobe.agent.snmp.engine.ResponseLimit;
import io.tcpprobe.agent.snmp.engine.SnmpCounters;
import io.tcpprobe.agent.snmp.engine.SnmpFailures;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.security.AccessRules;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.OutputStream;
import java.net.InetAddress;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/**
 * An agent that serves only {@link ManyRows}, by SNMPv2c on loopback, with the real agent's responder. It prints a line when it listens and
 * exits at the end of its standard input.
 *
 * <pre>
 *   SyntheticAgent PORT ROWS
 * </pre>
 */
public final class SyntheticAgent {
    private SyntheticAgent() {}

    /** Runs the agent. */
    public static void main(String[] arguments) throws Exception {
        DefaultMOServer server = new DefaultMOServer();
        server.addContext(new OctetString());
        server.register(new SubtreeObject(new ManyRows(Integer.parseInt(arguments[1]))), null);
        MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
        dispatcher.addMessageProcessingModel(new MPv2c());
        OctetString engine = new OctetString("synthetic");
        USM usm = new USM(SecurityProtocols.getInstance(), engine, 0);
        dispatcher.addMessageProcessingModel(new MPv3(usm)); // the community table needs the engine's identity
        AccessRules rules = new AccessRules(
                usm,
                SecurityModels.getInstance(),
                server,
                dispatcher,
                new TcpProbeMib(Oid.parse("1.3.6.1.4.1.8072.9999.9999")));
        rules.allow("public");
        Responder responder = new Responder(
                engine,
                new RequestScope(),
                rules.vacm(),
                new SnmpFailures(
                        new BoundedLog(System::nanoTime),
                        new SnmpCounters(new SNMPv2MIB(engine, new OID("1.3.6.1"), new Integer32(72)))),
                new ResponseLimit(1500));
        responder.addMOServer(server);
        responder.setCoexistenceProvider(rules.communities(false));
        responder.serve(new MibTree(server.getRegistry().values()));
        dispatcher.addCommandResponder(responder);
        var transport = new DefaultUdpTransportMapping(
                new UdpAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), false);
        transport.setAsyncMsgProcessingSupported(false);
        dispatcher.addTransportMapping(transport);
        transport.addTransportListener(dispatcher);
        transport.listen();
        System.out.println("listening");
        System.in.transferTo(OutputStream.nullOutputStream());
        transport.close();
    }
}
