package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The content of the module's records, field by field. */
interface ModuleRecordTests extends ModuleTests {
    @Test
    default void shouldPrintEachFieldAsDocumented() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record("client ping 127.0.0.1 5001 7 5; await_end");
        List<RecordLine> client = ModuleGuest.toPort(5001, records);
        RecordLine first = client.getFirst();
        RecordLine last = client.getLast();
        assertEquals(0, first.length(), "established");
        assertEquals(RecordLine.LAST, last.length());
        assertEquals(
                1,
                client.stream()
                        .filter(record -> record.length() == RecordLine.LAST)
                        .count());
        assertTrue(client.stream().filter(record -> record.length() == 33).count() >= 7, "a byte behind 32 of header");
        assertEquals(first.socketIdf(), first.sndNxt());
        assertEquals(first.socketIdf() + 7 + 1, last.sndNxt(), "seven bytes and a FIN");
        assertEquals(first.source(), last.source());
        assertEquals("127.0.0.1:5001", first.destination());
        assertEquals(10, first.cwnd());
        assertEquals(Integer.MAX_VALUE, first.ssthresh(), "not set yet");
        for (RecordLine record : records) {
            assertEquals(record.srtt() + 4 * record.rttvar(), record.rto());
            assertTrue(record.srtt() > 0 && record.sndWnd() > 0 && record.frto() <= 1, record::toString);
        }
        List<BigDecimal> times = records.stream().map(RecordLine::time).toList();
        assertEquals(times.stream().sorted().toList(), times);
    }

    @Test
    default void shouldShowBothEndpoints() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record("client ping 127.0.0.1 5001 3 5; await_end");
        String local = ModuleGuest.toPort(5001, records).getFirst().source();
        assertTrue(
                records.stream()
                        .anyMatch(record -> record.source().equals("127.0.0.1:5001")
                                && record.destination().equals(local)
                                && record.length() == 33),
                records::toString);
    }

    @Test
    default void shouldPutIpv6InBrackets() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record("client ping ::1 5001 3 5; await_end");
        assertTrue(
                records.size() > 6 && records.stream().allMatch(r -> r.source().startsWith("[::1]:")),
                records::toString);
    }

    @Test
    default void shouldShowIpv4OnIpv6SocketsAsIpv4() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record("client ping ::ffff:127.0.0.1 5001 3 5; await_end");
        assertTrue(
                records.size() > 6 && records.stream().allMatch(r -> r.source().startsWith("127.0.0.1:")),
                records::toString);
    }

    @Test
    default void shouldLeaveOutIpv6IfOnlyIpv4IsWanted() {
        guest().run("load probetime=0 full=1 ipv4only=1");
        List<RecordLine> records =
                guest().record("client ping ::1 5001 3 5; client ping ::ffff:127.0.0.1 5001 3 5; await_end");
        assertEquals(List.of(), ModuleGuest.from("[", records));
        assertTrue(records.size() > 6, records::toString);
    }

    @Test
    default void shouldSeeOtherNetworkNamespaces() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record("""
                cat >/tmp/inside <<'END'
                ip link set lo up
                ip addr add 10.9.8.7/32 dev lo
                traffic serve 5009 >/dev/null 2>&1 &
                server=$!
                sleep 0.5
                traffic ping 10.9.8.7 5009 3 5 >/tmp/client
                kill $server
                END
                unshare -n sh /tmp/inside
                port=5009
                await_end
                """);
        assertTrue(ModuleGuest.from("10.9.8.7:", records).size() > 6, records::toString);
    }

    @Test
    default void shouldCarrySequenceNumbersOnBeyondTheirWrap() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> client =
                ModuleGuest.toPort(5001, guest().record("client wrap 127.0.0.1 5001 41 0; await_end"));
        assertEquals(0xfffffff1L, client.getFirst().socketIdf());
        assertEquals(0xfffffff1L + 41 + 1, client.getLast().sndNxt());
        assertEquals((0xfffffff1L + 41 + 1) & 0xffffffffL, client.getLast().sndUna(), "32 bits");
        assertTrue(client.stream().allMatch(record -> record.socketIdf() == 0xfffffff1L));
    }
}
