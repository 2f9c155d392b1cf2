package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.WritableSubtree;
import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.EstatsControl;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SystemScalar;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Settings as scalars, which may be SET if the setting may change. */
public final class SettingScalars implements WritableSubtree {
    private record Scalar<T>(Setting<T> setting, SettingCodec<T> form) {
        /** The value of a SET that the form has found right, as it would be typed. */
        String text(Variable variable) {
            return setting.syntax().format(form.value(variable));
        }

        /** Returns true if the value would be stored as it was sent: white space around a text would not be. */
        boolean isStoredAsSent(Variable variable) throws BadSettingException {
            return setting.parse(text(variable)).equals(form.value(variable));
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
        SettingScalars sampler = new SettingScalars(store, mib.base().then(1, 1));
        Settings.PROBE.forEach(setting -> sampler.add(mib.setting(setting), setting, NumberCodec.INTEGER32));
        return sampler;
    }

    /** The controls of TCP-ESTATS-MIB. */
    public static SettingScalars estats(SettingStore store) {
        SettingScalars controls = new SettingScalars(store, EstatsControl.ROOT);
        for (EstatsControl control : EstatsControl.values()) {
            NumberCodec form = control.truth() ? NumberCodec.TRUTH_VALUE : NumberCodec.UNSIGNED32;
            controls.add(control.oid(), control.setting(), form);
        }
        return controls;
    }

    /** One of the writable scalars of the group system; sysName is the host name while it is not set. */
    static SettingScalars system(SettingStore store, SystemScalar scalar, AgentFacts facts) {
        SettingScalars system = new SettingScalars(store, scalar.oid());
        String whenEmpty = scalar == SystemScalar.NAME ? facts.hostName() : "";
        system.add(scalar.oid(), scalar.setting(), new DisplayStringCodec(whenEmpty));
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

    /** In the order of RFC 3416, 4.2.5: (2) notWritable, (3) wrongType, (4) wrongLength, (6) wrongValue, (7) noCreation. */
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
            store.check(scalar.setting, scalar.text(binding.getVariable()));
            if (!scalar.isStoredAsSent(binding.getVariable())) {
                return SnmpConstants.SNMP_ERROR_WRONG_VALUE;
            }
        } catch (BadSettingException bad) {
            return status(bad);
        }
        return scalar(instance) == null ? SnmpConstants.SNMP_ERROR_NO_CREATION : SnmpConstants.SNMP_ERROR_SUCCESS;
    }

    @Override
    public int set(List<? extends VariableBinding> bindings, String who) {
        Map<Setting<?>, String> changes = new LinkedHashMap<>();
        for (VariableBinding binding : bindings) {
            Scalar<?> scalar = scalar(binding.getOid());
            if (scalar == null || scalar.form.check(binding.getVariable()) != SnmpConstants.SNMP_ERROR_SUCCESS) {
                return SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
            }
            changes.put(scalar.setting, scalar.text(binding.getVariable()));
        }
        try {
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
            case NOT_KEPT -> SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
        };
    }

    /** The setting whose one instance this is. */
    private @Nullable Scalar<?> scalar(OID instance) {
        Map.Entry<OID, Scalar<?>> nearest = settings.floorEntry(instance);
        return nearest != null && instance.equals(Scalars.instance(nearest.getKey())) ? nearest.getValue() : null;
    }

    /** The setting whose object this lies at or below. */
    private @Nullable Scalar<?> object(OID instance) {
        Map.Entry<OID, Scalar<?>> nearest = settings.floorEntry(instance);
        return nearest != null && instance.startsWith(nearest.getKey()) ? nearest.getValue() : null;
    }
}
