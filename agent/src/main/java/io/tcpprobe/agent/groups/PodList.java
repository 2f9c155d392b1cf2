package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.proc.ContainerName;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;

/** Reads what the kubelet answers to GET /pods: a v1 PodList. Members that are missing or of another type are skipped. */
final class PodList {
    /** Maximum length of a name in SNMP: that of a SnmpAdminString. */
    private static final int MAX_NAME = 255;

    /** A pod has some 200 values, in 8 levels. */
    private static final int MAX_VALUES = 500_000;

    private static final int MAX_DEPTH = 64;

    /** "containerd://ID", "cri-o://ID", "docker://ID". */
    private static final Pattern CONTAINER_ID = Pattern.compile("[a-z0-9-]+://(?<id>[0-9a-f]{64})");

    /** A namespace and a name (RFC 1123). */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    private static final List<String> STATUSES =
            List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");

    private PodList() {}

    /**
     * Returns the pods by the ids of their containers: "namespace/name" by the first 12 digits.
     *
     * @throws IOException if the text is not a list of pods
     */
    static Map<String, String> names(String json) throws IOException {
        Map<String, String> names = new HashMap<>();
        if (!(parse(json) instanceof Map<?, ?> list) || !(list.get("items") instanceof List<?> pods)) {
            throw new IOException("the answer is not a list of pods");
        }
        for (Object pod : pods) {
            addContainers(pod, names);
        }
        return names;
    }

    /** The parser keeps the whole text as objects, which may be 50 times as large: what no kubelet sends is refused before. */
    private static void checkShape(String json) throws IOException {
        int depth = 0;
        int values = 0;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '{', '[' -> {
                    depth++;
                    values++;
                }
                case '}', ']' -> depth--;
                case ',' -> values++;
                default -> {}
            }
            if (depth > MAX_DEPTH || values > MAX_VALUES) {
                throw new IOException(
                        "the answer is not a list of pods: it has too many values, or too many in each other");
            }
        }
    }

    private static Object parse(String json) throws IOException {
        checkShape(json);
        try {
            return new JSONParser().parse(json);
        } catch (ParseException | RuntimeException malformed) {
            throw new IOException("the answer is not JSON", malformed);
        }
    }

    private static void addContainers(Object pod, Map<String, String> names) {
        String namespace = text(pod, "metadata", "namespace");
        String name = text(pod, "metadata", "name");
        String full = namespace + '/' + name;
        if (full.length() > MAX_NAME
                || !NAME.matcher(namespace).matches()
                || !NAME.matcher(name).matches()) {
            return;
        }
        for (String statuses : STATUSES) {
            if (member(member(pod, "status"), statuses) instanceof List<?> containers) {
                for (Object container : containers) {
                    Matcher id = CONTAINER_ID.matcher(text(container, "containerID"));
                    if (id.matches()) {
                        names.put(id.group("id").substring(0, ContainerName.ID_LENGTH), full);
                    }
                }
            }
        }
    }

    private static String text(Object of, String... path) {
        Object found = of;
        for (String name : path) {
            found = member(found, name);
        }
        return found instanceof String text ? text : "";
    }

    private static Object member(Object of, String name) {
        Object found = of instanceof Map<?, ?> object ? object.get(name) : null;
        return found == null ? "" : found;
    }
}
