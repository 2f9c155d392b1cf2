package io.tcpprobe.agent.snmp;

import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** The settings of the sampler, .1.1 of TCPPROBE-MIB: Integer32 scalars, which may be SET if the setting may change. */
final class SettingScalars implements WritableSubtree {
    private final SettingStore store;
    private final Scalars scalars;
    private final Map<OID, Setting<Long>> settings = new TreeMap<>();

    SettingScalars(SettingStore store, TcpProbeMib mib) {
        this.store = store;
        this.scalars = new Scalars(new OID(mib.base().then(1, 1).toArray()));
        for (Setting<Long> setting : Settings.PROBE) {
            OID object = new OID(mib.setting(setting).toArray());
            scalars.add(object, () -> new Integer32(store.get(setting).intValue()));
            settings.put(object, setting);
        }
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
        Setting<Long> setting = object(instance);
        if (setting == null || !setting.writable()) {
            return SnmpConstants.SNMP_ERROR_NOT_WRITEABLE;
        }
        if (!(binding.getVariable() instanceof Integer32 value)) {
            return SnmpConstants.SNMP_ERROR_WRONG_TYPE;
        }
        try {
            store.check(setting, Integer.toString(value.getValue()));
        } catch (BadSettingException bad) {
            return status(bad);
        }
        return setting(instance) == null ? SnmpConstants.SNMP_ERROR_NO_CREATION : SnmpConstants.SNMP_ERROR_SUCCESS;
    }

    @Override
    public int set(List<? extends VariableBinding> bindings, String who) {
        Map<Setting<?>, String> changes = new LinkedHashMap<>();
        for (VariableBinding binding : bindings) {
            Setting<Long> setting = setting(binding.getOid());
            if (setting == null) {
                return SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
            }
            changes.put(setting, Integer.toString(binding.getVariable().toInt()));
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
    private @Nullable Setting<Long> setting(OID instance) {
        return instance.size() == root().size() + 2 && instance.last() == 0 ? object(instance) : null;
    }

    /** The setting whose object this lies at or below. */
    private @Nullable Setting<Long> object(OID instance) {
        OID object = new OID(instance);
        object.trim(Math.max(0, object.size() - root().size() - 1));
        return settings.get(object);
    }
}
