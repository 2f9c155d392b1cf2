package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodListTest {
    private static final String ID = "0123456789ab";
    private static final String REST = "cdef".repeat(13);

    private static String container(String id) {
        return "{\"name\":\"c\",\"containerID\":\"" + id + "\"}";
    }

    private static String pod(String namespace, String name, String statuses) {
        return "{\"metadata\":{\"namespace\":\"" + namespace + "\",\"name\":\"" + name + "\"},\"status\":{" + statuses
                + "}}";
    }

    private static Map<String, String> names(String... pods) throws IOException {
        return PodList.names("{\"kind\":\"PodList\",\"items\":[" + String.join(",", pods) + "]}");
    }

    @Test
    void shouldNameThePodOfEachKindOfContainer() throws IOException {
        String other = "ba9876543210";
        String third = "aaaaaaaaaaaa";
        assertEquals(
                Map.of(ID, "default/web-0", other, "default/web-0", third, "kube-system/dns-7d9c"),
                names(
                        pod(
                                "default",
                                "web-0",
                                "\"containerStatuses\":[" + container("containerd://" + ID + REST)
                                        + "],\"initContainerStatuses\":[" + container("cri-o://" + other + REST) + "]"),
                        pod(
                                "kube-system",
                                "dns-7d9c",
                                "\"ephemeralContainerStatuses\":[" + container("docker://" + third + REST) + "]")));
    }

    @Test
    void shouldSkipWhatIsMissingOrHasAnotherType() throws IOException {
        assertEquals(
                Map.of(),
                names(
                        "null",
                        "7",
                        "[]",
                        "{}",
                        "{\"metadata\":3,\"status\":[]}",
                        pod("default", "waiting", "\"containerStatuses\":[{\"name\":\"c\"},null,4]"),
                        pod("default", "bad-id", "\"containerStatuses\":[" + container("containerd://../../x") + "]"),
                        pod("", "x", "\"containerStatuses\":[" + container("containerd://" + ID + REST) + "]"),
                        pod("a/b", "x", "\"containerStatuses\":[" + container("containerd://" + ID + REST) + "]"),
                        pod(
                                "a",
                                "x\\u001b[2J",
                                "\"containerStatuses\":[" + container("containerd://" + ID + REST) + "]"),
                        pod(
                                "a",
                                "x".repeat(254),
                                "\"containerStatuses\":[" + container("containerd://" + ID + REST) + "]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Unauthorized", "[]", "{}", "{\"items\":{}}", "{\"items\":[", "\u0000"})
    void shouldRefuseWhatIsNoList(String answer) {
        assertThrows(IOException.class, () -> PodList.names(answer));
    }

    /** The parser would make many objects of few characters. */
    @ParameterizedTest
    @ValueSource(strings = {"[", "[],", "{\"a\":"})
    void shouldRefuseManyValuesAndDeepOnes(String piece) {
        String answer = "{\"items\":[" + piece.repeat(1_000_000);
        assertThrows(IOException.class, () -> PodList.names(answer));
    }
}
