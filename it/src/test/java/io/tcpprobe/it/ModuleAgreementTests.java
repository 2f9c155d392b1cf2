package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The module and TCP_INFO report the same values. */
interface ModuleAgreementTests extends ModuleTests {
    @Test
    default void shouldAgreeWithTcpInfo() {
        assertAgreement("client info 127.0.0.1 5001 3000017; await_end 1");
    }

    @Test
    default void shouldAgreeWithTcpInfoAfterLosses() {
        Map<String, Long> info = assertAgreement("client info 127.0.0.1 5005 8000009; await_end 1");
        assertTrue(info.get("total_retrans") > 0 && info.get("snd_ssthresh") < Integer.MAX_VALUE, info::toString);
    }

    /** Checks that the record of the segment that arrives after an idle time shows what TCP_INFO has shown in that time. */
    private Map<String, Long> assertAgreement(String client) {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        List<RecordLine> records = guest().record(client);
        Map<String, Long> info = guest().run("cat /tmp/client")
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
        String source = "127.0.0.1:" + info.get("port");
        RecordLine seen = records.stream()
                .filter(record -> record.source().equals(source) && record.length() == 33)
                .toList()
                .getLast();
        assertEquals(info.get("snd_cwnd"), seen.cwnd());
        assertEquals(info.get("snd_ssthresh"), seen.ssthresh());
        assertEquals(info.get("rtt"), seen.srtt());
        assertEquals(info.get("lost"), seen.lost());
        assertEquals(info.get("total_retrans"), seen.retrans());
        assertEquals(info.get("unacked"), seen.inFlight());
        assertEquals(info.get("snd_wnd"), seen.sndWnd());
        assertEquals(info.get("bytes_sent") - info.get("bytes_retrans"), seen.sndNxt() - seen.socketIdf());
        long tick = 4000;
        assertTrue(seen.rto() <= info.get("rto") && info.get("rto") < seen.rto() + tick, () -> info + " but " + seen);
        return info;
    }
}
