package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.PushConnector;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.push.CommunityId;
import io.tcpprobe.agent.push.PushTimes;
import io.tcpprobe.agent.push.Sender;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The IPFIX connector: sends flow records to a collector. Without {@code ipfix.collector} it is off. */
public final class IpfixConnector {
    /** Its entry in the list of connectors. */
    public static final ConnectorType TYPE =
            ConnectorType.pushing("ipfix", ConnectorType.Placement.FIRST, IpfixConnector::open);

    /** What the setting ipfix.transport is for TCP. */
    private static final String TCP = "tcp";

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Intervals without a record after which a flow may be forgotten. */
    private static final int FORGET_INTERVALS = 10;

    /** The enterprise number of an object id, unless it is below the one that net-snmp has for experiments. */
    private static final Pattern ENTERPRISE = Pattern.compile("1\\.3\\.6\\.1\\.4\\.1\\.([1-9]\\d*)(\\..*)?");

    private static final Pattern EXPERIMENTS = Pattern.compile("1\\.3\\.6\\.1\\.4\\.1\\.8072\\.9999\\.9999(\\..*)?");

    private static final Logger LOG = LoggerFactory.getLogger(IpfixConnector.class);

    private IpfixConnector() {}

    /**
     * Opens the connector if it is on. A collector that is down does not prevent it.
     *
     * @throws ProblemException if the collector's address cannot be used
     */
    static Connector open(Served served) throws ProblemException {
        SettingStore settings = served.settings();
        String collector = settings.get(Settings.IPFIX_COLLECTOR);
        if (collector.isEmpty()) {
            return Connector.OFF;
        }
        CollectorAddress address = address(collector);
        if (served.replay().isPresent()) {
            LOG.warn("ipfix: nothing is sent: the flows are those of a recording");
            return Connector.OFF;
        }
        String transport = settings.get(Settings.IPFIX_TRANSPORT);
        ExportSession.Setup setup = new ExportSession.Setup(
                address,
                InetAddress::getAllByName,
                transport.equals(TCP),
                Duration.ofSeconds(settings.get(Settings.IPFIX_TEMPLATES)),
                LIMIT,
                System::nanoTime,
                System::currentTimeMillis);
        return PushConnector.openForRecords(
                served,
                transport + ' ' + collector,
                new Sender.Options(
                        TYPE.name(),
                        new IpfixTarget(growth(served), encoder(settings), setup),
                        Optional.empty(),
                        PushTimes.USUAL,
                        new Random(),
                        served.records()::dropped));
    }

    private static CollectorAddress address(String collector) throws ProblemException {
        try {
            return CollectorAddress.parse(collector);
        } catch (IllegalArgumentException wrong) {
            throw new ProblemException(new Problem(
                    "push by IPFIX",
                    Settings.IPFIX_COLLECTOR.name(),
                    Problem.quote(String.valueOf(wrong.getMessage())),
                    "write host:port, with IPv6 in brackets and a port from 1 to 65535"));
        }
    }

    private static RecordGrowth growth(Served served) {
        Duration interval = Duration.ofSeconds(served.settings().get(Settings.PUSH_INTERVAL));
        RecordGrowth growth = new RecordGrowth(
                served.flows().observesOpenings(),
                interval.multipliedBy(FORGET_INTERVALS).toNanos(),
                System::nanoTime);
        FlowSnapshot now = served.flows().current();
        CommunityId ids = new CommunityId();
        long oneIn = served.settings().get(Settings.PUSH_SAMPLING);
        growth.begin(
                now.flows(),
                (now.takenNanos() + now.wallMinusMonotonicNanos()) / NANOS_PER_MILLI,
                flow -> CommunityId.sampled(ids.digest(flow), oneIn));
        return growth;
    }

    private static MessageEncoder encoder(SettingStore settings) {
        return new MessageEncoder(
                new Template.Form(
                        settings.get(Settings.IPFIX_BIFLOW) != 0, enterprise(settings.get(Settings.SNMP_BASEOID))),
                settings.get(Settings.IPFIX_MESSAGE_SIZE).intValue(),
                settings.get(Settings.IPFIX_DOMAIN));
    }

    /** Returns the enterprise number that an object id is below; empty if it is not the owner's. */
    static OptionalLong enterprise(String objectId) {
        Matcher below = ENTERPRISE.matcher(objectId);
        if (!below.matches() || EXPERIMENTS.matcher(objectId).matches()) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(below.group(1));
        return number == Template.REVERSE ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
