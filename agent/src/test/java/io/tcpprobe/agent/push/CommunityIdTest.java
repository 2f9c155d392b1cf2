package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommunityIdTest {
    private final CommunityId ids = new CommunityId();

    private static CommunityId.End end(String address, int port) {
        return new CommunityId.End(InetAddress.ofLiteral(address).getAddress(), port);
    }

    /** The first two are examples of the specification; the others were computed with Python's hashlib. */
    @ParameterizedTest
    @CsvSource({
        "128.232.110.120, 34855, 66.35.250.204, 80, 1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
        "66.35.250.204, 80, 128.232.110.120, 34855, 1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
        "fe80::200:86ff:fe05:80fa, 80, fe80::260:97ff:fe07:69ea, 34855, 1:l5sLzZLiw1PEvpgP1q/fwYPPkJ4=",
        "2001:db8::2, 1024, 2001:db8::1, 80, 1:Gdu5qs7+PyK41L+jbwO1o8W/UPY=",
        "10.0.0.1, 50000, 10.0.0.1, 443, 1:9KYDSfoDz+zbeBZCvQqscCyE6pE="
    })
    void shouldBeThatOfTheSpecification(String one, int port, String other, int otherPort, String id) {
        assertEquals(id, CommunityId.text(ids.digest(end(one, port), end(other, otherPort))));
    }

    @Test
    void shouldLeaveOutTheZoneOfAnAddress() {
        CommunityId.End peer = end("fe80::2", 80);
        CommunityId.End zoned =
                new CommunityId.End(Arrays.copyOf(end("fe80::1", 1).address(), 20), 1024);
        assertArrayEquals(ids.digest(end("fe80::1", 1024), peer), ids.digest(zoned, peer));
    }

    @Test
    void shouldSampleTheSameFlowsAtBothEndpoints() {
        int sampled = 0;
        for (int port = 1; port <= 40_000; port++) {
            CommunityId.End client = end("192.0.2.1", port);
            CommunityId.End server = end("198.51.100.7", 443);
            boolean here = CommunityId.sampled(ids.digest(client, server), 8);
            assertEquals(here, CommunityId.sampled(ids.digest(server, client), 8));
            sampled += here ? 1 : 0;
        }
        assertTrue(sampled > 4600 && sampled < 5400, "about one in 8 of 40,000 are 5,000, not " + sampled);
        assertTrue(CommunityId.sampled(ids.digest(end("::1", 1), end("::1", 2)), 1), "1 in 1 are all");
    }
}
