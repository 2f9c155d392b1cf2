package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.WritableSubtree;
import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Unit;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Settings as scalars; a SET changes a setting that is writable. */
public final class SettingScalars implements WritableSubtree {
    private record Scalar<T>(Setting<T> setting, SettingCodec<T> form) {
        /** Returns the value of a SET that the codec has accepted. */
        SettingValue<T> value(Variable variable) throws BadSettingException {
            return setting.of(form.value(variable));
        }
    }

    private final SettingStore store;
    private final Scalars scalars;
    private final NavigableMap<OID, Scalar<?>> settings = new TreeMap<>();

    private SettingScalars(SettingStore store, Oid root) {
        this.store = store;
        this.scalars = new Scalars(new OID(root.toArray()));
    }

    /** The settings of the sampler, .1.1 of TCPPROBE-MIB: Integer32. */
    public static SettingScalars sampler(SettingStore store, TcpProbeMib mib) {
        SettingScalars sampler = new SettingScalars(store, SettingObjects.root(SettingGroup.SAMPLER, mib));
        Settings.PROBE.forEach(setting -> sampler.add(SettingObjects.of(setting, mib), setting, NumberCodec.INTEGER32));
        return sampler;
    }

    /** The controls of TCP-ESTATS-MIB: TruthValue for flags, else Unsigned32. */
    public static SettingScalars estats(SettingStore store, TcpProbeMib mib) {
        SettingScalars controls = new SettingScalars(store, SettingObjects.root(SettingGroup.ESTATS, mib));
        for (Setting<Long> setting : Settings.ESTATS) {
            NumberCodec form = setting.unit() == Unit.FLAG ? NumberCodec.TRUTH_VALUE : NumberCodec.UNSIGNED32;
            controls.add(SettingObjects.of(setting, mib), setting, form);
        }
        return controls;
    }

    /** The limits of NOTIFICATION-LOG-MIB: Unsigned32. */
    public static SettingScalars notificationLog(SettingStore store, TcpProbeMib mib) {
        SettingScalars limits = new SettingScalars(store, SettingObjects.root(SettingGroup.NOTIFICATION_LOG, mib));
        Settings.NOTIFICATION_LOG.forEach(
                setting -> limits.add(SettingObjects.of(setting, mib), setting, NumberCodec.UNSIGNED32));
        return limits;
    }

    /**
     * Creates one of the writable scalars of the group system, a DisplayString.
     *
     * @param whenEmpty the value sent while the setting is empty
     */
    static SettingScalars system(SettingStore store, Setting<String> setting, TcpProbeMib mib, String whenEmpty) {
        Oid object = SettingObjects.of(setting, mib);
        SettingScalars system = new SettingScalars(store, object);
        system.add(object, setting, new DisplayStringCodec(whenEmpty));
        return system;
    }

    private <T> void add(Oid oid, Setting<T> setting, SettingCodec<T> form) {
        OID object = new OID(oid.toArray());
        scalars.add(object, () -> form.variable(store.get(setting)));
        settings.put(object, new Scalar<>(setting, form));
    }

    @Override
    public OID root() {
        return scalars.root();
    }

    @Override
    public Variable get(OID instance) {
        return scalars.get(instance);
    }

    @Override
    public @Nullable VariableBinding next(OID bound, boolean inclusive) {
        return scalars.next(bound, inclusive);
    }

    /**
     * Checks in the order of RFC 3416, 4.2.5: (2) notWritable, (3) wrongType, (4) wrongLength, (6) wrongValue, (7) noCreation.
     */
    @Override
    public int check(VariableBinding binding, String who) {
        OID instance = binding.getOid();
        Scalar<?> scalar = object(instance);
        if (scalar == null || !scalar.setting.writable()) {
            return SnmpConstants.SNMP_ERROR_NOT_WRITEABLE;
        }
        int wrong = scalar.form.check(binding.getVariable());
        if (wrong != SnmpConstants.SNMP_ERROR_SUCCESS) {
            return wrong;
        }
        try {
            scalar.value(binding.getVariable());
        } catch (BadSettingException bad) {
            return status(bad);
        }
        return scalar(instance) == null ? SnmpConstants.SNMP_ERROR_NO_CREATION : SnmpConstants.SNMP_ERROR_SUCCESS;
    }

    @Override
    public int set(List<? extends VariableBinding> bindings, String who) {
        List<SettingValue<?>> changes = new ArrayList<>();
        try {
            for (VariableBinding binding : bindings) {
                Scalar<?> scalar = scalar(binding.getOid());
                if (scalar == null || scalar.form.check(binding.getVariable()) != SnmpConstants.SNMP_ERROR_SUCCESS) {
                    return SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
                }
                changes.add(scalar.value(binding.getVariable()));
            }
            store.change(changes, who);
            return SnmpConstants.SNMP_ERROR_SUCCESS;
        } catch (BadSettingException bad) {
            return status(bad);
        }
    }

    private static int status(BadSettingException bad) {
        return switch (bad.reason()) {
            case UNKNOWN -> SnmpConstants.SNMP_ERROR_NO_CREATION;
            case VALUE -> SnmpConstants.SNMP_ERROR_WRONG_VALUE;
            case READ_ONLY -> SnmpConstants.SNMP_ERROR_NOT_WRITEABLE;
            case NOT_KEPT, BUSY -> SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
        };
    }

    /** Returns the setting whose single instance this is; null if there is none. */
    private @Nullable Scalar<?> scalar(OID instance) {
        Map.Entry<OID, Scalar<?>> nearest = settings.floorEntry(instance);
        return nearest != null && instance.equals(Scalars.instance(nearest.getKey())) ? nearest.getValue() : null;
    }

    /** Returns the setting whose object is this object id or a prefix of it; null if there is none. */
    private @Nullable Scalar<?> object(OID instance) {
        Map.Entry<OID, Scalar<?>> nearest = settings.floorEntry(instance);
        return nearest != null && instance.startsWith(nearest.getKey()) ? nearest.getValue() : null;
    }
}
