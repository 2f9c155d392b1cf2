package io.tcpprobe.agent.snmp;

import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.EstatsControl;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Settings as scalars, which may be SET if the setting may change. */
final class SettingScalars implements WritableSubtree {
    private record Scalar(Setting<Long> setting, SettingForm form) {}

    private final SettingStore store;
    private final Scalars scalars;
    private final Map<OID, Scalar> settings = new TreeMap<>();

    private SettingScalars(SettingStore store, Oid root) {
        this.store = store;
        this.scalars = new Scalars(new OID(root.toArray()));
    }

    /** The settings of the sampler, .1.1 of TCPPROBE-MIB: Integer32. */
    static SettingScalars sampler(SettingStore store, TcpProbeMib mib) {
        SettingScalars sampler = new SettingScalars(store, mib.base().then(1, 1));
        Settings.PROBE.forEach(setting -> sampler.add(mib.setting(setting), setting, SettingForm.INTEGER32));
        return sampler;
    }

    /** The controls of TCP-ESTATS-MIB. */
    static SettingScalars estats(SettingStore store) {
        SettingScalars controls = new SettingScalars(store, EstatsControl.ROOT);
        for (EstatsControl control : EstatsControl.values()) {
            SettingForm form = control.truth() ? SettingForm.TRUTH_VALUE : SettingForm.UNSIGNED32;
            controls.add(control.oid(), control.setting(), form);
        }
        return controls;
    }

    private void add(Oid oid, Setting<Long> setting, SettingForm form) {
        OID object = new OID(oid.toArray());
        scalars.add(object, () -> form.variable(store.get(setting)));
        settings.put(object, new Scalar(setting, form));
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

    /** In the order of RFC 3416, 4.2.5: (2) notWritable, (3) wrongType, (6) wrongValue, (7) noCreation. */
    @Override
    public int check(VariableBinding binding, String who) {
        OID instance = binding.getOid();
        Scalar scalar = object(instance);
        if (scalar == null || !scalar.setting.writable()) {
            return SnmpConstants.SNMP_ERROR_NOT_WRITEABLE;
        }
        if (!scalar.form.isTypeOf(binding.getVariable())) {
            return SnmpConstants.SNMP_ERROR_WRONG_TYPE;
        }
        OptionalLong value = scalar.form.number(binding.getVariable());
        if (value.isEmpty()) {
            return SnmpConstants.SNMP_ERROR_WRONG_VALUE;
        }
        try {
            store.check(scalar.setting, Long.toString(value.getAsLong()));
        } catch (BadSettingException bad) {
            return status(bad);
        }
        return scalar(instance) == null ? SnmpConstants.SNMP_ERROR_NO_CREATION : SnmpConstants.SNMP_ERROR_SUCCESS;
    }

    @Override
    public int set(List<? extends VariableBinding> bindings, String who) {
        Map<Setting<?>, String> changes = new LinkedHashMap<>();
        for (VariableBinding binding : bindings) {
            Scalar scalar = scalar(binding.getOid());
            OptionalLong value = scalar == null ? OptionalLong.empty() : scalar.form.number(binding.getVariable());
            if (scalar == null || value.isEmpty()) {
                return SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
            }
            changes.put(scalar.setting, Long.toString(value.getAsLong()));
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
    private @Nullable Scalar scalar(OID instance) {
        return instance.size() == root().size() + 2 && instance.last() == 0 ? object(instance) : null;
    }

    /** The setting whose object this lies at or below. */
    private @Nullable Scalar object(OID instance) {
        OID object = new OID(instance);
        object.trim(Math.max(0, object.size() - root().size() - 1));
        return settings.get(object);
    }
}
