package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.RecordField;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The resource of all that is sent: this agent on this host. In Kubernetes it has what the downward API provides in the environment. The
 * standard variable OTEL_RESOURCE_ATTRIBUTES adds attributes, and replaces any of these.
 */
final class Resources {
    private static final String VARIABLE = "OTEL_RESOURCE_ATTRIBUTES";

    /** Variables of a pod, and the attributes of the semantic conventions. */
    private static final Map<String, String> KUBERNETES = Map.of(
            "NODE_NAME", "k8s.node.name",
            "POD_NAME", "k8s.pod.name",
            "POD_NAMESPACE", "k8s.namespace.name",
            "POD_UID", "k8s.pod.uid");

    private Resources() {}

    /** Returns the resource. */
    static Resource of(AgentFacts facts, Map<String, String> environment) {
        AttributesBuilder attributes = Attributes.builder();
        put(attributes, "service.name", "tcpprobe");
        put(attributes, "service.version", facts.version());
        put(attributes, "os.type", "linux");
        PushOrigin host = PushOrigin.of(facts);
        put(attributes, RecordField.HOST_NAME.attribute(), host.hostName());
        put(attributes, RecordField.HOST_ID.attribute(), host.hostId());
        KUBERNETES.forEach((variable, attribute) -> put(attributes, attribute, environment.getOrDefault(variable, "")));
        for (String pair : environment.getOrDefault(VARIABLE, "").split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                put(
                        attributes,
                        pair.substring(0, equals).strip(),
                        decoded(pair.substring(equals + 1).strip()));
            }
        }
        return Resource.create(attributes.build());
    }

    private static void put(AttributesBuilder attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(AttributeKey.stringKey(name), value);
        }
    }

    /** Decodes "%2C" and the like; a plus sign is itself. */
    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }
}
