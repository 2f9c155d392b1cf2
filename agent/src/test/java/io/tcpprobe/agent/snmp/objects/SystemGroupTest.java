package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.ManagedObject;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Opaque;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** The writable scalars of the group system are settings. */
class SystemGroupTest {
    static final List<Setting<String>> SCALARS =
            List.of(Settings.SNMP_CONTACT, Settings.SNMP_NAME, Settings.SNMP_LOCATION);
    private static final TcpProbeMib MIB = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));

    @TempDir
    private Path state;

    private ServedParts parts;
    private SettingScalars name;

    @BeforeEach
    void open() throws Exception {
        parts = ServedParts.of(state);
        name = scalar(Settings.SNMP_NAME);
    }

    @AfterEach
    void close() throws IOException {
        parts.close();
    }

    private SettingScalars scalar(Setting<String> setting) {
        String whenEmpty = setting.equals(Settings.SNMP_NAME) ? parts.facts().hostName() : "";
        return SettingScalars.system(parts.settings(), setting, MIB, whenEmpty);
    }

    private static OID object(Setting<String> setting) {
        return new OID(SettingObjects.of(setting, MIB).toArray());
    }

    private static OID instance(Setting<String> setting) {
        return Scalars.instance(object(setting));
    }

    private int check(Variable value) {
        return name.check(new VariableBinding(instance(Settings.SNMP_NAME), value), "the test");
    }

    @ParameterizedTest
    @FieldSource("SCALARS")
    void shouldReplaceTheObjectsOfTheLibrary(Setting<String> setting) throws Exception {
        DefaultMOServer server = new DefaultMOServer();
        server.addContext(new OctetString());
        SystemGroup.register(server, SystemGroup.create(parts.facts(), MIB), parts.settings(), parts.facts(), MIB);
        assertNull(server.getManagedObject(instance(setting), new OctetString()));
        ManagedObject<?> object = server.getManagedObject(object(setting), new OctetString());
        assertEquals(SubtreeObject.class, object.getClass());
    }

    @ParameterizedTest
    @FieldSource("SCALARS")
    void shouldSetTheSetting(Setting<String> setting) {
        OID instance = instance(setting);
        SettingScalars object = scalar(setting);
        assertNotEquals(new OctetString("some text"), object.get(instance));
        VariableBinding set = new VariableBinding(instance, new OctetString("some text"));
        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, object.check(set, "the test"));
        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, object.set(List.of(set), "the test"));
        assertEquals("some text", parts.settings().get(setting));
        assertEquals(new OctetString("some text"), object.get(instance));
    }

    @Test
    void shouldBeTheHostNameWhileTheNameIsEmpty() throws Exception {
        OctetString host = new OctetString(parts.facts().hostName());
        assertEquals(host, name.get(instance(Settings.SNMP_NAME)));
        parts.settings().change(Settings.SNMP_NAME, "web1", "the test");
        assertEquals(new OctetString("web1"), name.get(instance(Settings.SNMP_NAME)));
        parts.settings().change(Settings.SNMP_NAME, "", "the test");
        assertEquals(host, name.get(instance(Settings.SNMP_NAME)));
        assertEquals(new OctetString(), scalar(Settings.SNMP_CONTACT).get(instance(Settings.SNMP_CONTACT)));
    }

    @Test
    void shouldRefuseOtherTypes() {
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_TYPE, check(new Integer32(7)));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_TYPE, check(new OID("1.3")));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_TYPE, check(new Opaque(new byte[] {'x'})));
    }

    @Test
    void shouldRefuseMoreThan255Octets() {
        assertEquals(SnmpConstants.SNMP_ERROR_SUCCESS, check(new OctetString("x".repeat(255))));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_LENGTH, check(new OctetString("x".repeat(256))));
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_LENGTH, check(new OctetString("\n".repeat(256))));
    }

    /** What would not be read as it was written. */
    @ParameterizedTest
    @ValueSource(strings = {" x", "x ", " ", "x\ny", "x\0", "\u007f", "\u00e9"})
    void shouldRefuseTextThatCannotBeStored(String text) {
        assertEquals(SnmpConstants.SNMP_ERROR_WRONG_VALUE, check(new OctetString(text)));
    }

    @Test
    void shouldHaveOneInstance() {
        OID other = new OID(name.root());
        other.append(1);
        VariableBinding set = new VariableBinding(other, new OctetString("x"));
        assertEquals(SnmpConstants.SNMP_ERROR_NO_CREATION, name.check(set, "the test"));
    }
}
