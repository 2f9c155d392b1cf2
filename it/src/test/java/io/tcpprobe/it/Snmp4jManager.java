package io.tcpprobe.it;

import java.io.IOException;
import java.util.Map;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Snmp;
import org.snmp4j.UserTarget;
import org.snmp4j.event.ResponseEvent;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.security.UsmUser;
import org.snmp4j.security.nonstandard.PrivAES192With3DESKeyExtension;
import org.snmp4j.security.nonstandard.PrivAES256With3DESKeyExtension;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** An SNMPv3 manager that uses the library SNMP4J. */
final class Snmp4jManager implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int RETRIES = 2;

    private static final Map<String, OID> AUTHENTICATION =
            Map.of("SHA-256", AuthHMAC192SHA256.ID, "SHA-384", AuthHMAC256SHA384.ID, "SHA-512", AuthHMAC384SHA512.ID);

    /** SNMP4J's names of the protocols; a key that is too short is extended as in draft-blumenthal-aes-usm-04, or as for 3DES. */
    private static final Map<String, OID> PRIVACY = Map.of(
            "AES-128",
            PrivAES128.ID,
            "AES-192",
            PrivAES192.ID,
            "AES-256",
            PrivAES256.ID,
            "AES-192-C",
            PrivAES192With3DESKeyExtension.ID,
            "AES-256-C",
            PrivAES256With3DESKeyExtension.ID);

    private final Snmp snmp;
    private final UserTarget<UdpAddress> agent;

    /**
     * A user's protocols and passphrases.
     *
     * @param name the user
     * @param authentication "SHA-512"
     * @param authenticationPassphrase of the user
     * @param privacy "AES-256", or "AES-256-C" with Cisco's (Reeder's) extension of keys
     * @param privacyPassphrase of the user
     */
    record Login(
            String name,
            String authentication,
            String authenticationPassphrase,
            String privacy,
            String privacyPassphrase) {
        UsmUser user() {
            return new UsmUser(
                    new OctetString(name),
                    AUTHENTICATION.get(authentication),
                    new OctetString(authenticationPassphrase),
                    PRIVACY.get(privacy),
                    new OctetString(privacyPassphrase));
        }
    }

    /** Connects to the agent at this address: "127.0.0.1:1161". */
    Snmp4jManager(String address, Login login) throws IOException {
        SecurityProtocols protocols = new SecurityProtocols(SecurityProtocols.SecurityProtocolSet.maxCompatibility);
        protocols.addPrivacyProtocol(new PrivAES192With3DESKeyExtension());
        protocols.addPrivacyProtocol(new PrivAES256With3DESKeyExtension());
        OctetString engine = new OctetString(MPv3.createLocalEngineID());
        CounterSupport counts = new CounterSupport();
        USM usm = new USM(protocols, engine, 0, counts);
        usm.addUser(login.user());
        SecurityModels models = SecurityModels.getCollection(new SecurityModel[] {usm});
        MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
        dispatcher.addMessageProcessingModel(new MPv3(engine.getValue(), null, protocols, models, counts));
        snmp = new Snmp(dispatcher, new DefaultUdpTransportMapping(new UdpAddress("127.0.0.1/0")));
        snmp.listen();
        agent = new UserTarget<>(
                new UdpAddress(address.replace(':', '/')),
                new OctetString(login.name),
                new byte[0],
                SecurityLevel.AUTH_PRIV);
        agent.setVersion(SnmpConstants.version3);
        agent.setTimeout(TIMEOUT_MILLIS);
        agent.setRetries(RETRIES);
    }

    /** Returns the value of an object as text; if there is none, the error that was returned or the fact that nothing was. */
    String get(String oid) throws IOException {
        ScopedPDU request = new ScopedPDU();
        request.setType(PDU.GET);
        request.add(new VariableBinding(new OID(oid)));
        ResponseEvent<UdpAddress> event = snmp.send(request, agent);
        PDU response = event.getResponse();
        if (response == null) {
            return "no response: " + event.getError();
        }
        boolean answers = response.getType() == PDU.RESPONSE && response.getErrorStatus() == PDU.noError;
        return answers ? response.get(0).getVariable().toString() : response.toString();
    }

    @Override
    public void close() throws IOException {
        snmp.close();
    }
}
