package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every setting of the list. */
class SettingsListTest {
    static final List<Setting<?>> ALL = Settings.ALL;

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldParseItsOwnDefaultAndWriteItBackUnchanged(Setting<?> setting) throws BadSettingException {
        assertRoundTrip(setting, setting.defaultText());
        assertEquals(setting.defaultText(), setting.defaultValue().text());
    }

    private static <T> void assertRoundTrip(Setting<T> setting, String text) throws BadSettingException {
        SettingValue<T> value = setting.parse(text);
        assertEquals(value, setting.parse(value.text()));
        assertEquals(value, setting.of(value.value()));
        assertEquals(value, setting.defaultValue());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldBeDescribedForPeople(Setting<?> setting) {
        assertTrue(setting.doc().endsWith("."), setting.doc());
        assertFalse(setting.syntax().rule().isBlank());
        assertTrue(setting.name().matches("[a-z]+(\\.[a-z][a-z0-9]*){0,2}"), setting.name());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldBeFoundByItsName(Setting<?> setting) throws BadSettingException {
        assertEquals(setting, Settings.require(setting.name()));
    }

    @Test
    void shouldHaveNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        Set<String> environmentNames = new HashSet<>();
        for (Setting<?> setting : ALL) {
            assertTrue(names.add(setting.name()), setting.name());
            assertTrue(environmentNames.add(setting.environmentName()), setting.environmentName());
        }
    }

    /** A constant is in the list because it is declared: there is no second list to forget it in. */
    @Test
    void shouldListEveryConstantInTheOrderOfTheGroups() throws ReflectiveOperationException {
        Set<Object> constants = new HashSet<>();
        for (var field : Settings.class.getFields()) {
            if (field.getType() == Setting.class) {
                constants.add(field.get(null));
            }
        }
        assertEquals(constants, Set.copyOf(ALL));
        List<SettingGroup> groups = ALL.stream().map(Setting::group).toList();
        assertEquals(groups.stream().sorted().toList(), groups);
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldHaveAUser(Setting<?> setting) {
        assertFalse(setting.users().isEmpty());
        assertTrue(Settings.usedBy(setting.users().iterator().next()).contains(setting));
    }

    @Test
    void shouldHaveArcsAndDescriptorsOfTheirOwn() {
        Set<String> seen = new HashSet<>();
        for (Setting<?> setting : ALL) {
            setting.object().ifPresent(object -> {
                assertTrue(seen.add(setting.group() + " " + object.arc()), setting.name());
                assertTrue(seen.add(object.descriptor()), setting.name());
            });
        }
        assertEquals(2 * (9 + 6 + 2 + 3), seen.size());
    }

    /** JMX, the command settings and the file running show which settings have an effect on the source. */
    @ParameterizedTest
    @CsvSource({
        "BPF, bufsize debug full maxflows port probetime purgetime snapshotage",
        "MODULE, bufsize debug full hashsize maxflows port probetime purgetime snapshotage",
        "DIAG, debug maxflows port probetime purgetime snapshotage",
        "REPLAY, debug maxflows port purgetime snapshotage replay.file replay.speed replay.dialect replay.rttunit",
        "SYSCTL, bufsize debug full hashsize maxflows port probetime purgetime",
        "SAMPLING, full maxflows port probetime purgetime",
    })
    void shouldKeepTheSettingsOfASource(SettingUser user, String names) {
        assertEquals(
                List.of(names.split(" ", -1)),
                Settings.usedBy(user).stream().map(Setting::name).toList());
    }

    /** Kubernetes would set them, where a Service has such a name. */
    @ParameterizedTest
    @FieldSource("ALL")
    void shouldHaveNoVariableThatIsAServiceLink(Setting<?> setting) {
        assertFalse(ServiceLinks.contain(setting.environmentName(), "tcp://10.96.0.12:8778"));
    }

    @Test
    void shouldKeepItsVariables() {
        assertEquals("TCPPROBE_SNMP_LISTEN", Settings.SNMP_LISTEN.environmentName());
        assertEquals("TCPPROBE_PORT_FILTER", Settings.PORT.environmentName());
    }

    /** Scripts rely on these: the keys, and the defaults and units of the Linux module. */
    @ParameterizedTest
    @CsvSource({
        "bufsize, 4096, 1..1048576 samples, false",
        "debug, 0, 0..2 level, true",
        "full, 0, 0..1 flag, true",
        "hashsize, 0, 0..1048576 slots, false",
        "maxflows, 100000, 1..4000000 flows, true",
        "port, 0, 0..65535 port, true",
        "probetime, 500, 0..86400000 milliseconds, true",
        "purgetime, 300, 1..604800 seconds, true",
        "snapshotage, 1000, 0..3600000 milliseconds, true",
        "snmp.contact, '', up to 255 printable ASCII characters, true",
        "snmp.location, '', up to 255 printable ASCII characters, true",
        "snmp.name, '', 'up to 255 printable ASCII characters, empty = the host name', true",
        "jmx.flows, 100, 0..10000 flows, false",
    })
    void shouldKeepItsContract(String name, String defaultText, String rule, boolean writable) throws Exception {
        Setting<?> setting = Settings.require(name);
        assertEquals(defaultText, setting.defaultText());
        assertEquals(rule, setting.ruleWithUnit());
        assertEquals(writable, setting.writable());
    }

    @Test
    void shouldListenOnLoopbackOnlyByDefault() {
        for (var setting : List.of(Settings.SNMP_LISTEN, Settings.HTTP_LISTEN, Settings.JMX_LISTEN)) {
            for (var address : setting.syntax().parse(setting.defaultText())) {
                assertTrue(address.getAddress().isLoopbackAddress(), setting.name());
            }
        }
    }

    @Test
    void shouldNameAnEnvironmentVariableAfterTheKey() {
        assertEquals("TCPPROBE_SNMP_LISTEN", Settings.SNMP_LISTEN.environmentName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.3.6.1.4.1.8072.9999.9999.2012", "1.3.6", "1.3.0.999999999"})
    void shouldTakeAnObjectIdBelow13(String text) throws BadSettingException {
        assertEquals(text, Settings.SNMP_BASEOID.parse(text).value());
    }

    /** MIB text and object id must agree: the text names its place from iso.org (1.3) on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.3",
                ".1.3.6",
                "1.3.6.",
                "1..3",
                "3.1.1",
                "1.40.1",
                "2.999.1",
                "1.0.8802",
                "1.30.1",
                "1.3.06",
                "1.3.x"
            })
    void shouldRefuseWhatIsNoObjectIdBelow13(String text) {
        assertThrows(BadSettingException.class, () -> Settings.SNMP_BASEOID.parse(text));
    }

    @Test
    void shouldNotPrintASecret() {
        String nearlyRight = "hunter2 hunter2";
        var refused = assertThrows(BadSettingException.class, () -> Settings.SNMP_COMMUNITY.parse(nearlyRight));
        assertFalse(refused.getMessage().contains("hunter2"), refused.getMessage());
        assertEquals("(set)", Settings.SNMP_COMMUNITY.syntax().show("hunter2"));
        assertEquals("", Settings.SNMP_COMMUNITY.syntax().show(""));
    }
}
