package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxTest {
    @Test
    void shouldAcceptBothBoundsOfARangeAndNothingBeyond() throws BadSettingException {
        assertEquals(0, Settings.PROBETIME.parse("0").value());
        assertEquals(86_400_000, Settings.PROBETIME.parse(" 86400000\t").value());
        assertRefused(Settings.PROBETIME, "-1", "set probetime: '-1' is out of range; give 0..86400000 milliseconds");
        assertRefused(
                Settings.PROBETIME,
                "86400001",
                "set probetime: '86400001' is out of range; give 0..86400000 milliseconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1.5", "1e3", "0x10", "1 000", "five", "9223372036854775808", "--1"})
    void shouldRefuseWhatIsNoWholeNumber(String text) {
        assertRefused(Settings.PORT, text, "set port: '" + text + "' is not a whole number; give 0..65535 port");
    }

    private static void assertRefused(Setting<?> setting, String text, String message) {
        var refused = assertThrows(BadSettingException.class, () -> setting.parse(text));
        assertEquals(BadSettingException.Reason.VALUE, refused.reason());
        assertEquals(message, refused.getMessage());
    }

    @Test
    void shouldAcceptOnlyTheWordsOfAChoice() throws BadSettingException {
        assertEquals("diag", Settings.PROBE_SOURCE.parse(" diag ").value());
        assertRefused(
                Settings.PROBE_SOURCE,
                "Diag",
                "set probe.source: 'Diag' is not one of the choices; give auto|bpf|module|diag|replay");
        assertRefused(
                Settings.REPLAY_SPEED,
                "0.0",
                "set replay.speed: '0.0' has the wrong form; give 0.001..999999, or 0 = all at once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1:1161 | 127.0.0.1:1161",
                "[::1]:80 | [::1]:80",
                "127.0.0.1:1161,[::]:0 , 10.0.0.1:65535 | 127.0.0.1:1161,[::]:0,10.0.0.1:65535",
                "[2001:DB8:0:0:0:0:0:1]:1 | [2001:db8::1]:1",
                "[fe80::1%7]:161 | [fe80::1%7]:161",
            })
    void shouldReadAddressesToListenOnAndWriteThemBack(String text, String written) throws BadSettingException {
        var syntax = Settings.SNMP_LISTEN.syntax();
        assertEquals(written, syntax.format(Settings.SNMP_LISTEN.parse(text).value()));
        assertEquals(written, syntax.format(Settings.SNMP_LISTEN.parse(written).value()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                ":80",
                "127.0.0.1:",
                "127.0.0.1:65536",
                "127.0.0.1:123456",
                "::1:80",
                "[::1]",
                "[::1:80",
                "127.0.0.1:1161,",
                ",",
                "127.0.0.1:-1",
                "[]:80",
                "[not an address]:80",
                "[::1]:80 [::1]:81"
            })
    void shouldRefuseWhatIsNoAddressToListenOn(String text) {
        assertThrows(BadSettingException.class, () -> Settings.HTTP_LISTEN.parse(text));
    }

    @Test
    void shouldSayThatAPortIsTooLarge() {
        assertRefused(
                Settings.HTTP_LISTEN,
                "127.0.0.1:65536",
                "set http.listen: '127.0.0.1:65536' is not host:port; give "
                        + Settings.HTTP_LISTEN.syntax().rule());
    }

    @Test
    void shouldReturnAnImmutableList() throws BadSettingException {
        for (String text : List.of("", "127.0.0.1:80")) {
            List<InetSocketAddress> addresses = Settings.HTTP_LISTEN.parse(text).value();
            assertThrows(UnsupportedOperationException.class, () -> addresses.add(new InetSocketAddress(1)));
        }
    }

    @Test
    void shouldRefuseAPathThatCannotBeOne() {
        assertThrows(BadSettingException.class, () -> Settings.STATE_DIR.parse("a\0b"));
    }

    @Test
    void shouldReportTheFaultOnOneShortLine() {
        String garbage = "x\n\r\0\u001b[2J".repeat(1000);
        String message = assertThrows(BadSettingException.class, () -> Settings.PORT.parse(garbage))
                .getMessage();
        assertTrue(message.length() < 200, message);
        assertTrue(message.codePoints().noneMatch(Character::isISOControl), message);
    }

    @Test
    void shouldParseGarbageOrRefuseIt() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            String text = garbage(random);
            for (Setting<?> setting : Settings.ALL) {
                // "host:port" would be looked up by name; what is in brackets and has a colon never is.
                String input = setting.syntax() instanceof Syntax.Listen ? "[:" + text + "]:1" : text;
                try {
                    setting.parse(input);
                } catch (BadSettingException refused) {
                    assertEquals(BadSettingException.Reason.VALUE, refused.reason(), "seed " + seed);
                }
            }
        }
    }

    private static String garbage(Random random) {
        String alphabet = "0123456789.:[],%-+ \t\n=\0*/";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
