package io.tcpprobe.agent.flows;

import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.util.Map;

/** A source of a test, which overrides what it is about: it has no statistics, and its rows are those of the last refresh. */
public abstract class TestSource implements FlowSource {
    @Override
    public String name() {
        return "fake";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.DIAG;
    }

    @Override
    public void refresh() throws IOException {}

    @Override
    public Map<FlowStatistic, Long> statistics() {
        return Map.of();
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return Map.of();
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public void close() {}

    /** Returns a subscription to events that are reported when they happen. */
    protected static FlowListener.Subscription subscription(Runnable close) {
        return new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return false;
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }
}
