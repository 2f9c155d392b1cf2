package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.GroupField;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpProbeMibTest {
    private final TcpProbeMib mib = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));

    /** Scripts rely on these: bufsize 1, debug 2, and so on. */
    @Test
    void shouldHaveAnObjectForEverySettingOfTheSampler() {
        List<String> order = List.of(
                "bufsize", "debug", "full", "hashsize", "maxflows", "port", "probetime", "purgetime", "snapshotage");
        assertEquals(order, Settings.PROBE.stream().map(Setting::name).toList());
        for (int i = 0; i < order.size(); i++) {
            assertEquals(
                    "1.3.6.1.4.1.8072.9999.9999.2012.1.1." + (i + 1),
                    SettingObjects.of(Settings.PROBE.get(i), mib).toString());
        }
    }

    @Test
    void shouldHaveObjectsOfTheGroupSystemForThreeSettings() {
        assertEquals(
                "1.3.6.1.2.1.1.4", SettingObjects.of(Settings.SNMP_CONTACT, mib).toString());
        assertEquals(
                "1.3.6.1.2.1.1.5", SettingObjects.of(Settings.SNMP_NAME, mib).toString());
        assertEquals(
                "1.3.6.1.2.1.1.6",
                SettingObjects.of(Settings.SNMP_LOCATION, mib).toString());
        assertThrows(IllegalArgumentException.class, () -> SettingObjects.of(Settings.SNMP_LISTEN, mib));
    }

    @Test
    void shouldAssignAUniqueIdToEveryObject() {
        Set<Oid> seen = new HashSet<>();
        Settings.PROBE.forEach(setting -> assertTrue(seen.add(SettingObjects.of(setting, mib)), setting.name()));
        for (TcpProbeMib.About about : TcpProbeMib.About.values()) {
            assertTrue(seen.add(mib.about(about)), about.label());
            assertTrue(about.label().matches("tcpProbe[A-Z]\\w*"), about.label());
            assertTrue(about.doc().endsWith("."), about.label());
        }
        for (FlowStatistic statistic : FlowStatistic.values()) {
            assertTrue(seen.add(mib.statistic(statistic)), statistic.label());
        }
        assertTrue(seen.add(mib.flowEntry()) && seen.add(mib.counterEntry()) && seen.add(mib.groupEntry()));
    }

    /** Column 1 is the index, the flow id. */
    @ParameterizedTest
    @EnumSource
    void shouldHaveASyntaxForEveryFlowField(FlowField field) {
        Smi syntax = Smi.of(field);
        assertTrue(field.id() > 1);
        if (field.kind() == FlowField.Kind.TIME) {
            assertEquals(Smi.DATE_AND_TIME, syntax);
        } else if (field.numeric()) {
            assertEquals(field.width() == FlowField.Width.U64, syntax.wide(), field + " must fit");
        } else {
            assertTrue(syntax == Smi.TEXT || syntax == Smi.INET_ADDRESS, field.toString());
        }
        assertEquals(
                field.kind() == FlowField.Kind.COUNTER,
                syntax == Smi.COUNTER32 || syntax == Smi.COUNTER64,
                "only what never falls is a counter");
    }

    /** Columns 1 to 3 are the index and the name. */
    @Test
    void shouldHaveAColumnForEveryValueOfAGroup() {
        Set<Integer> ids = new HashSet<>(List.of(1, 2, TcpProbeMib.GROUP_NAME));
        for (GroupField field : GroupField.all()) {
            assertTrue(ids.add(field.id()), field.label());
            assertEquals(field.counter(), Smi.of(field).wide(), "every counter of a group has 64 bits");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveASyntaxForEveryStatistic(FlowStatistic statistic) {
        Smi syntax = TcpProbeMib.syntax(statistic);
        assertEquals(statistic.counter(), syntax == Smi.COUNTER64);
        assertFalse(statistic.label().endsWith("emory") && !syntax.wide(), "bytes may need 64 bits");
    }
}
