package io.tcpprobe.agent.premain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AssignmentsTest {
    @Test
    void shouldReturnNoneForNoOptions() {
        assertEquals(List.of(), Assignments.split(null));
        assertEquals(List.of(), Assignments.split(""));
    }

    @Test
    void shouldSplitAtCommas() {
        assertEquals(List.of("probetime=5", "full=1"), Assignments.split("probetime=5,full=1"));
    }

    @Test
    void shouldLeaveCommasInsideAList() {
        assertEquals(
                List.of("snmp.listen=127.0.0.1:1161,[::1]:1161", "http.listen="),
                Assignments.split("snmp.listen=127.0.0.1:1161,[::1]:1161,http.listen="));
    }

    @Test
    void shouldTreatAnEscapedCommaAsPartOfTheValue() {
        assertEquals(List.of("snmp.community=a,b=c", "full=1"), Assignments.split("snmp.community=a\\,b=c,full=1"));
    }

    @Test
    void shouldPassOnInvalidAssignmentsForReporting() {
        assertEquals(List.of("full"), Assignments.split("full"));
        assertEquals(List.of("full=1,"), Assignments.split("full=1,"));
    }
}
