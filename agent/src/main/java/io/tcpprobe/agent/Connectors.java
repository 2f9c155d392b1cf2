package io.tcpprobe.agent;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.http.HttpConnector;
import io.tcpprobe.agent.ipfix.IpfixConnector;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.kafka.KafkaConnector;
import io.tcpprobe.agent.otlp.OtlpConnector;
import io.tcpprobe.agent.snmp.SnmpConnector;
import java.util.List;

/** The list of all connectors, in the order in which an agent opens them. */
public final class Connectors {
    /** All connectors. */
    public static final List<ConnectorType> ALL = List.of(
            SnmpConnector.TYPE,
            JmxConnector.TYPE,
            HttpConnector.TYPE,
            OtlpConnector.TYPE,
            KafkaConnector.TYPE,
            IpfixConnector.TYPE);

    private Connectors() {}
}
