package io.tcpprobe.agent.snmp.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.users.AuthenticationProtocol;
import io.tcpprobe.agent.users.PrivacyProtocol;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.security.VACM;
import org.snmp4j.mp.MPv3;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

class AccessRulesTest {
    private static final OctetString ENGINE = new OctetString(HexFormat.of().parseHex("80001f880501020304"));
    private static final TcpProbeMib MIB = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
    private static final OID PROBETIME =
            new OID(SettingObjects.of(Settings.PROBETIME, MIB).toArray()).append(0);
    private static final OID UP_TIME = new OID("1.3.6.1.2.1.1.3.0");

    private final User reader = user("reader", false);
    private final User writer = user("writer", true);
    private final USM usm = new USM(SecurityProtocols.getInstance().addDefaultProtocols(), ENGINE, 1);
    private AccessRules rules;

    private static User user(String name, boolean write) {
        return new User(
                name, write, AuthenticationProtocol.SHA_256, new byte[32], PrivacyProtocol.AES_128, new byte[16]);
    }

    @BeforeEach
    void allowSome() {
        DefaultMOServer server = new DefaultMOServer();
        server.addContext(new OctetString());
        SecurityModels models = new SecurityModels();
        models.addSecurityModel(usm);
        MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
        dispatcher.addMessageProcessingModel(new MPv3(usm)); // has the engine id
        rules = new AccessRules(usm, models, server, dispatcher, MIB);
        rules.allow("a community");
        rules.users(List.of(reader, writer));
    }

    private boolean allowed(String name, int model, int level, int use, OID instance) {
        int decision =
                rules.vacm().isAccessAllowed(new OctetString(), new OctetString(name), model, level, use, instance);
        return decision == VACM.VACM_OK;
    }

    private boolean userMay(String name, int level, int use, OID instance) {
        return allowed(name, SecurityModel.SECURITY_MODEL_USM, level, use, instance);
    }

    @ParameterizedTest
    @CsvSource({"reader, false", "writer, true"})
    void shouldLetUsersReadAllAndWritersWriteSome(String user, boolean writes) {
        int level = SecurityLevel.AUTH_PRIV;
        assertTrue(userMay(user, level, VACM.VIEW_READ, PROBETIME));
        assertTrue(userMay(user, level, VACM.VIEW_READ, UP_TIME));
        assertEquals(writes, userMay(user, level, VACM.VIEW_WRITE, PROBETIME));
        assertFalse(userMay(user, level, VACM.VIEW_WRITE, UP_TIME));
    }

    @ParameterizedTest
    @CsvSource({"reader", "writer"})
    void shouldRefuseUsersWithoutPrivacy(String user) {
        for (int level : new int[] {SecurityLevel.AUTH_NOPRIV, SecurityLevel.NOAUTH_NOPRIV}) {
            assertFalse(userMay(user, level, VACM.VIEW_READ, UP_TIME), "level " + level);
            assertFalse(userMay(user, level, VACM.VIEW_WRITE, PROBETIME), "level " + level);
        }
    }

    @Test
    void shouldLetACommunityOnlyRead() {
        int level = SecurityLevel.NOAUTH_NOPRIV;
        for (int model : new int[] {SecurityModel.SECURITY_MODEL_SNMPv1, SecurityModel.SECURITY_MODEL_SNMPv2c}) {
            assertTrue(allowed("community", model, level, VACM.VIEW_READ, PROBETIME));
            assertFalse(allowed("community", model, level, VACM.VIEW_WRITE, PROBETIME));
        }
    }

    @Test
    void shouldForgetUsersThatAreGone() {
        OctetString name = new OctetString("writer");
        assertTrue(usm.hasUser(ENGINE, name));
        rules.users(List.of(reader));
        assertFalse(usm.hasUser(ENGINE, name));
        assertTrue(usm.hasUser(ENGINE, new OctetString("reader")));
        assertFalse(userMay("writer", SecurityLevel.AUTH_PRIV, VACM.VIEW_READ, UP_TIME));
        assertTrue(userMay("reader", SecurityLevel.AUTH_PRIV, VACM.VIEW_READ, UP_TIME));
    }

    @Test
    void shouldTakeAwayTheRightToWrite() {
        rules.users(List.of(reader, user("writer", false)));
        assertTrue(userMay("writer", SecurityLevel.AUTH_PRIV, VACM.VIEW_READ, PROBETIME));
        assertFalse(userMay("writer", SecurityLevel.AUTH_PRIV, VACM.VIEW_WRITE, PROBETIME));
    }
}
