package io.tcpprobe.agent.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.filter.FlowFilter.Compare;
import io.tcpprobe.agent.filter.FlowFilter.Operator;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFilterParserTest {
    private static final FlowFilter RETRANS = new Compare(FlowField.RETRANS, Operator.GREATER, 10);
    private static final FlowFilter PORT = new Compare(FlowField.REMOTE_PORT, Operator.EQUAL, 443);
    private static final FlowFilter CWND = new Compare(FlowField.CWND, Operator.AT_MOST, 3);

    @Test
    void shouldHoldForAllWithoutCondition() {
        assertEquals(FlowFilter.ALL, FlowFilterParser.parse("  "));
    }

    @Test
    void shouldBindAndCloserThanOr() {
        assertEquals(
                new FlowFilter.Or(List.of(CWND, new FlowFilter.And(List.of(PORT, RETRANS)))),
                FlowFilterParser.parse("cwnd <= 3 or dport=443 AND retrans>10"));
        assertEquals(
                new FlowFilter.And(List.of(new FlowFilter.Or(List.of(CWND, PORT)), RETRANS)),
                FlowFilterParser.parse("(cwnd<=3 or remotePort = 443) and Retrans > 10"));
    }

    @Test
    void shouldNegate() {
        assertEquals(new FlowFilter.Not(PORT), FlowFilterParser.parse("dport != 443"));
        assertEquals(
                new FlowFilter.And(List.of(new FlowFilter.Not(PORT), RETRANS)),
                FlowFilterParser.parse("not dport = 443 and retrans > 10"));
    }

    @ParameterizedTest
    @CsvSource({
        "srtt >= 1.5ms, SRTT, 1500",
        "srtt >= 2s, SRTT, 2000000",
        "srtt >= 7, SRTT, 7",
        "bytesAcked >= 3M, BYTES_ACKED, 3000000",
        "bytesAcked >= 2k, BYTES_ACKED, 2000",
        "lastDataSent >= 5m, LAST_DATA_SENT, 300000"
    })
    void shouldConvertUnits(String text, FlowField field, long value) {
        assertEquals(new Compare(field, Operator.AT_LEAST, value), FlowFilterParser.parse(text));
    }

    @Test
    void shouldCompareRates() {
        FlowFilter.Rate sent = new FlowFilter.Rate(new CounterRate(FlowField.BYTES_SENT), Operator.GREATER, 1_500_000);
        FlowFilter.Rate lost = new FlowFilter.Rate(new CounterRate(FlowField.RETRANS), Operator.EQUAL, 3);
        assertEquals(sent, FlowFilterParser.parse("bytesSentRate > 1.5M"));
        FlowFilter both = FlowFilterParser.parse("not (bytessentrate > 1500k or retransRate != 3) and cwnd <= 3");
        assertEquals(
                new FlowFilter.And(
                        List.of(new FlowFilter.Not(new FlowFilter.Or(List.of(sent, new FlowFilter.Not(lost)))), CWND)),
                both);
        assertEquals(List.of(sent.rate(), lost.rate()), FlowMatcher.rates(both).toList());
    }

    @Test
    void shouldNameStates() {
        assertEquals(new Compare(FlowField.STATE, Operator.EQUAL, 8), FlowFilterParser.parse("state = CLOSEWAIT"));
    }

    @Test
    void shouldNameEndReasons() {
        assertEquals(
                new Compare(FlowField.END_REASON, Operator.EQUAL, 6), FlowFilterParser.parse("endReason = timedOut"));
        assertEquals(new Compare(FlowField.END_REASON, Operator.EQUAL, 6), FlowFilterParser.parse("endReason = 6"));
    }

    @Test
    void shouldNameResetReasons() {
        Compare linger = new Compare(FlowField.RESET_REASON, Operator.EQUAL, ResetReason.TCP_STATE.number());
        assertEquals(linger, FlowFilterParser.parse("resetReason = TCP_STATE"));
        assertEquals(linger, FlowFilterParser.parse("resetReason = 16"));
    }

    @Test
    void shouldNameVerdicts() {
        assertEquals(
                new Compare(VerdictField.VERDICT, Operator.EQUAL, Verdict.RWND.number()),
                FlowFilterParser.parse("verdict = RWND"));
        assertEquals(
                new Compare(VerdictField.RECEIVER_VERDICT, Operator.EQUAL, Verdict.SLOW_READER.number()),
                FlowFilterParser.parse("receiverVerdict = slowReader"));
        assertEquals(
                new Compare(VerdictField.NETWORK_CAUSE, Operator.EQUAL, NetworkCause.LOSS.number()),
                FlowFilterParser.parse("networkCause = loss"));
        assertEquals(
                new Compare(VerdictField.LIFE_SHARE, Operator.AT_LEAST, 900),
                FlowFilterParser.parse("lifeShare >= 900"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> FlowFilterParser.parse("verdict = slowReader"));
        assertTrue(
                refused.getMessage().contains("is not a verdict; give one of unknown, idle, app, rwnd"),
                refused.getMessage());
    }

    @Test
    void shouldFindTexts() {
        assertEquals(
                new FlowFilter.Text(FlowField.COMMAND, true, "my app"), FlowFilterParser.parse("command ~ \"my app\""));
        assertEquals(new FlowFilter.Text(FlowField.COMMAND, false, "java"), FlowFilterParser.parse("command = java"));
    }

    @Test
    void shouldReadPrefixes() {
        assertEquals(
                new FlowFilter.Prefix(FlowField.REMOTE_ADDRESS, List.of((byte) 192, (byte) 0, (byte) 2, (byte) 0), 24),
                FlowFilterParser.parse("dst in 192.0.2.0/24"));
        assertEquals(
                new FlowFilter.Prefix(FlowField.LOCAL_ADDRESS, List.of((byte) 10, (byte) 1, (byte) 2, (byte) 3), 32),
                FlowFilterParser.parse("src = 10.1.2.3"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "colour = red | there is no field 'colour'",
                "retrans | an operator was expected",
                "retrans > | a value was expected",
                "retrans > many | 'many' is not a value of retrans; give a whole number of segments",
                "cwnd > 3ms | '3ms' is not a value of cwnd",
                "bytesAcked > 9999999999999999999 | is not a value of bytesAcked",
                "retrans = 1.5 | is not a value of retrans",
                "cwndRate > 1 | there is no field 'cwndRate'",
                "retransRate > 1s | '1s' is not a value of retransRate; give a whole number of",
                "retransRate ~ 1 | 'retransRate ~' is not a comparison; give one of = != < <= > >=",
                "endReason = tired | is not an end reason",
                "resetReason = tired | is not a reset reason",
                "retrans ~ 3 | not a comparison",
                "command > 3 | not a comparison",
                "(cwnd > 3 | ')' was expected",
                "cwnd > 3 4 | 'and', 'or' or the end was expected",
                "dst in 192.0.2.0/33 | is not an address",
                "dst in example.org | is not an address",
                "state = open | is not a state",
                "firstSeen > 3 | times cannot be compared",
                "cwnd > \"3 | cannot read"
            })
    void shouldNameWhatIsWrong(String text, String message) {
        String found = assertThrows(IllegalArgumentException.class, () -> FlowFilterParser.parse(text))
                .getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void shouldLimitWhatAStrangerCanAskFor() {
        assertThrows(IllegalArgumentException.class, () -> FlowFilterParser.parse("(".repeat(60) + "cwnd>1"));
        assertThrows(IllegalArgumentException.class, () -> FlowFilterParser.parse("not ".repeat(60) + "cwnd>1"));
        assertThrows(IllegalArgumentException.class, () -> FlowFilterParser.parse("cwnd>1 or ".repeat(101) + "cwnd>1"));
    }
}
