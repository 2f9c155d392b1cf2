package io.tcpprobe.agent.connector;

import io.tcpprobe.agent.push.Sender;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An open push connector: a sender that gets the flow records of the agent, and its events if its protocol has a place for them.
 *
 * @param to the receiver, as the console shows it
 * @param sender sends
 */
public record PushConnector(String to, Sender sender) implements Connector {
    /** Opens it: starts the sender, and subscribes it to the flow records and the events. Its counts are those of a connector's name. */
    public static PushConnector open(Served served, String to, Sender.Options options) {
        PushConnector opened = openForRecords(served, to, options);
        served.ruleEvents().addListener(opened.sender);
        return opened;
    }

    /** Opens one that gets the flow records only. */
    public static PushConnector openForRecords(Served served, String to, Sender.Options options) {
        Sender sender = Sender.start(options);
        served.records().subscribe(sender);
        served.pushed().add(options.name(), sender::statistics);
        return new PushConnector(to, sender);
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of();
    }

    @Override
    public List<Access> access() {
        return List.of(new Access("to " + to, ""));
    }

    @Override
    public void close() {
        sender.close();
    }
}
