package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Syntax;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.AttributeChangeNotification;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.InvalidAttributeValueException;
import javax.management.MBeanAttributeInfo;
import javax.management.ObjectName;
import javax.management.RuntimeOperationsException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsBeanTest {
    private static final ObjectName SETTINGS = ObjectNames.of("Settings");

    private ServedParts parts;
    private JmxConnector connector;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        parts = ServedParts.of(state);
        connector = parts.jmx();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        parts.close();
    }

    private void set(String name, Object value) throws Exception {
        parts.server().setAttribute(SETTINGS, new Attribute(name, value));
    }

    private Object get(String name) throws Exception {
        return parts.server().getAttribute(SETTINGS, name);
    }

    private Map<String, MBeanAttributeInfo> infos() throws Exception {
        Map<String, MBeanAttributeInfo> infos = new TreeMap<>();
        for (MBeanAttributeInfo info : parts.server().getMBeanInfo(SETTINGS).getAttributes()) {
            infos.put(info.getName(), info);
        }
        return infos;
    }

    @Test
    void shouldShowEverySettingAsDeclared() throws Exception {
        Map<String, MBeanAttributeInfo> infos = infos();
        assertEquals(Settings.ALL.size(), infos.size());
        for (Setting<?> setting : Settings.ALL) {
            MBeanAttributeInfo info = infos.get(setting.name());
            assertEquals(setting.writable(), info.isWritable(), setting.name());
            assertTrue(info.getDescription().startsWith(setting.doc()), info.getDescription());
            var facts = info.getDescriptor();
            assertEquals(setting.unit().label(), facts.getFieldValue("units"));
            assertEquals("default", facts.getFieldValue("origin"));
            assertEquals(
                    Boolean.toString(parts.used().contains(setting)),
                    facts.getFieldValue("usedBySource"),
                    setting.name());
            if (setting.syntax() instanceof Syntax.Whole whole) {
                assertEquals("java.lang.Long", info.getType());
                assertEquals(whole.min(), facts.getFieldValue("minValue"));
                assertEquals(whole.max(), facts.getFieldValue("maxValue"));
                assertEquals(Long.valueOf(setting.defaultText()), facts.getFieldValue("defaultValue"));
                assertEquals(Long.valueOf(setting.defaultText()), get(setting.name()));
            } else {
                assertEquals("java.lang.String", info.getType());
                assertEquals(parts.settings().shown(setting), get(setting.name()));
            }
        }
        assertEquals(
                Set.copyOf(((Syntax.Choice) Settings.PROBE_SOURCE.syntax()).words()),
                infos.get("probe.source").getDescriptor().getFieldValue("legalValues"));
    }

    @Test
    void shouldNotShowSecret() throws Exception {
        assertEquals("(set)", get("snmp.community"));
        assertEquals("(set)", infos().get("snmp.community").getDescriptor().getFieldValue("defaultValue"));
    }

    @Test
    void shouldChangeSettingWithAnyNumberType() throws Exception {
        set("probetime", 7L);
        assertEquals(7L, parts.settings().get(Settings.PROBETIME));
        set("probetime", 8);
        assertEquals(8L, get("probetime"));
        set("probetime", "9");
        assertEquals(9L, get("probetime"));
        assertEquals(
                "changed while running",
                infos().get("probetime").getDescriptor().getFieldValue("origin"));
    }

    @Test
    void shouldChangeText() throws Exception {
        set("snmp.location", "Hall 2; rack #4");
        assertEquals("Hall 2; rack #4", get("snmp.location"));
        assertThrows(InvalidAttributeValueException.class, () -> set("snmp.location", "two\nlines"));
        assertThrows(InvalidAttributeValueException.class, () -> set("snmp.location", "x".repeat(256)));
        assertEquals("Hall 2; rack #4", get("snmp.location"));
    }

    @Test
    void shouldRefuseBadValueWithRangeAndUnit() throws Exception {
        for (Object bad : new Object[] {-1L, 86_400_001L, "x", "", 1.5, true}) {
            var refused = assertThrows(InvalidAttributeValueException.class, () -> set("probetime", bad));
            assertTrue(refused.getMessage().contains("0..86400000 milliseconds"), refused.getMessage());
        }
        assertThrows(InvalidAttributeValueException.class, () -> set("probetime", null));
        assertEquals(500L, get("probetime"));
        assertEquals(List.of(), parts.changes());
    }

    @Test
    void shouldRefuseUnknownSettingAndOneThatChangesAtStartOnly() {
        assertThrows(AttributeNotFoundException.class, () -> set("nosuch", 1L));
        assertThrows(AttributeNotFoundException.class, () -> get("nosuch"));
        var refused = assertThrows(AttributeNotFoundException.class, () -> set("bufsize", 8L));
        assertTrue(refused.getMessage().contains("set bufsize="), refused.getMessage());
    }

    @Test
    void shouldChangeAllSettingsOrNone() throws Exception {
        var both = new AttributeList(List.of(new Attribute("probetime", 1L), new Attribute("port", 70_000L)));
        var refused = assertThrows(
                RuntimeOperationsException.class, () -> parts.server().setAttributes(SETTINGS, both));
        assertTrue(refused.getMessage().contains("0..65535"), refused.getMessage());
        assertEquals(500L, get("probetime"));

        var good = new AttributeList(List.of(new Attribute("probetime", 1L), new Attribute("port", 80L)));
        assertEquals(2, parts.server().setAttributes(SETTINGS, good).size());
        assertEquals(1L, get("probetime"));
        assertEquals(80L, get("port"));
    }

    @Test
    void shouldReportTheAuthorOfAChange() throws Exception {
        set("probetime", 1L);
        Caller.as("http user x from y", () -> {
            set("probetime", 2L);
            return true;
        });
        assertEquals("jmx", parts.changes().get(0).who());
        assertEquals("http user x from y", parts.changes().get(1).who());
    }

    @Test
    void shouldNotifyChangesOfEveryConnector() throws Exception {
        List<AttributeChangeNotification> told = new ArrayList<>();
        parts.server()
                .addNotificationListener(
                        SETTINGS,
                        (notification, _) ->
                                told.add(assertInstanceOf(AttributeChangeNotification.class, notification)),
                        null,
                        null);
        set("probetime", 100L);
        parts.settings().change(Settings.FULL, "1", "snmp user ops");
        assertEquals(2, told.size());
        assertEquals("probetime", told.get(0).getAttributeName());
        assertEquals(500L, told.get(0).getOldValue());
        assertEquals(100L, told.get(0).getNewValue());
        assertEquals(SETTINGS, told.get(0).getSource());
        assertEquals("full was changed by snmp user ops", told.get(1).getMessage());
    }

    @Test
    void shouldDescribeSettingsInOneTable() throws Exception {
        var table = (TabularData) parts.server().invoke(SETTINGS, "describe", new Object[0], new String[0]);
        assertEquals(Settings.ALL.size(), table.size());
        CompositeData probetime = table.get(new Object[] {"probetime"});
        assertEquals("500", probetime.get("value"));
        assertEquals("0..86400000", probetime.get("range"));
        assertEquals("milliseconds", probetime.get("unit"));
        assertEquals(true, probetime.get("used"));
        assertEquals(false, table.get(new Object[] {"hashsize"}).get("used"));
    }
}
