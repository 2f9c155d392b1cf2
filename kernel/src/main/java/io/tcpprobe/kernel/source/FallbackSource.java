package io.tcpprobe.kernel.source;

import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.module.ModuleSource;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source module, replaced by another source while the module is not loaded. */
final class FallbackSource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackSource.class);

    /** Opens the substitute source. */
    @FunctionalInterface
    interface Opener {
        FlowSource open() throws IOException;
    }

    private final ModuleSource module;
    private final Opener opener;
    private @Nullable FlowSource fallback;

    FallbackSource(ModuleSource module, Opener opener) {
        this.module = module;
        this.opener = opener;
    }

    private FlowSource current() {
        FlowSource other = fallback;
        return other == null ? module : other;
    }

    @Override
    public String name() {
        return current().name();
    }

    @Override
    public SettingUser settingUser() {
        return module.settingUser();
    }

    @Override
    public void refresh() throws IOException {
        if (module.present()) {
            if (dismiss()) {
                LOG.info("source {} is used again", module.name());
            }
            module.refresh();
            return;
        }
        FlowSource other = fallback;
        if (other == null) {
            other = opener.open();
            fallback = other;
            LOG.info("source {} is used until the module is loaded again", other.name());
        } else {
            other.refresh();
        }
    }

    private boolean dismiss() {
        FlowSource other = fallback;
        if (other == null) {
            return false;
        }
        fallback = null;
        other.close();
        return true;
    }

    @Override
    public FlowRows rows() {
        return current().rows();
    }

    @Override
    public Map<FlowStatistic, Long> statistics() {
        Map<FlowStatistic, Long> counted = new EnumMap<>(FlowStatistic.class);
        counted.putAll(module.statistics());
        FlowSource other = fallback;
        if (other != null) { // counters of the module are kept; gauges come from the other source
            other.statistics().forEach((name, value) -> {
                if (!name.counter()) {
                    counted.put(name, value);
                }
            });
        }
        return counted;
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return current().socketsByState();
    }

    @Override
    public ListenerTable listeners() {
        return current().listeners();
    }

    @Override
    public void close() {
        try (module) {
            dismiss();
        }
    }
}
