package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.SnmpConnector;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.snmp4j.CommunityTarget;
import org.snmp4j.PDU;
import org.snmp4j.Snmp;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** A whole SNMP connector in this process, on a free port, and a manager that asks it by v2c. */
public final class OpenConnector implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int RETRIES = 10;

    private final ServedParts parts;
    private final SnmpConnector connector;
    private final Snmp manager;

    /** With these settings besides; it listens on 127.0.0.1 unless they say otherwise. */
    public OpenConnector(Path state, Map<Setting<?>, String> given) throws Exception {
        this(state, given, false);
    }

    /** As after a start with a damaged file of users: it was kept aside, and there are none. */
    public static OpenConnector withoutUsers(Path state, Map<Setting<?>, String> given) throws Exception {
        return new OpenConnector(state, given, true);
    }

    private OpenConnector(Path state, Map<Setting<?>, String> given, boolean withoutUsers) throws Exception {
        Map<Setting<?>, String> all = new HashMap<>(Map.of(Settings.SNMP_LISTEN, "127.0.0.1:0"));
        all.putAll(given);
        parts = new ServedParts(state, Path.of("/proc/net"), all);
        if (withoutUsers) {
            StateFiles.renameToBad(state.resolve("users"), Clock.systemUTC());
            parts.users().reloadIfChanged();
        }
        boolean open = false;
        try {
            connector = SnmpConnector.open(parts.served());
            open = true;
        } finally {
            if (!open) {
                parts.close();
            }
        }
        manager = new Snmp(new DefaultUdpTransportMapping(new UdpAddress("127.0.0.1/0")));
        manager.listen();
    }

    InetSocketAddress address() {
        return connector.addresses().getFirst();
    }

    public int port() {
        return address().getPort();
    }

    /** The value of an object, by a GET that is sent again until it is answered. */
    public long get(String oid) throws IOException {
        CommunityTarget<UdpAddress> target =
                new CommunityTarget<>(new UdpAddress("127.0.0.1/" + port()), new OctetString("public"));
        target.setVersion(SnmpConstants.version2c);
        target.setTimeout(TIMEOUT_MILLIS);
        target.setRetries(RETRIES);
        PDU pdu = new PDU();
        pdu.setType(PDU.GET);
        pdu.add(new VariableBinding(new OID(oid)));
        PDU answer = manager.get(pdu, target).getResponse();
        if (answer == null) {
            throw new AssertionError("no answer within " + (RETRIES + 1) * TIMEOUT_MILLIS + " ms");
        }
        return answer.get(0).getVariable().toLong();
    }

    @Override
    public void close() throws IOException {
        manager.close();
        connector.close();
        parts.close();
    }
}
