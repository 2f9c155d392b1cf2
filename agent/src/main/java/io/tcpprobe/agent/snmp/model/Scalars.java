package io.tcpprobe.agent.snmp.model;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Scalars below one object id. A value that is an exception of RFC 3416 is absent: GETNEXT skips it. */
public final class Scalars implements Subtree {
    private final OID root;
    private final NavigableMap<OID, Supplier<Variable>> instances = new TreeMap<>();

    private final BooleanSupplier ready;

    public Scalars(OID root) {
        this(root, () -> true);
    }

    /** @param ready returns true if all values are available without waiting, see {@link Subtree#ready} */
    public Scalars(OID root, BooleanSupplier ready) {
        this.root = root;
        this.ready = ready;
    }

    /** Adds an object, whose only instance is .0 below it. */
    public Scalars add(OID object, Supplier<Variable> value) {
        instances.put(instance(object), value);
        return this;
    }

    public static OID instance(OID object) {
        OID instance = new OID(object);
        instance.append(0);
        return instance;
    }

    @Override
    public OID root() {
        return root;
    }

    @Override
    public boolean ready() {
        return ready.getAsBoolean();
    }

    @Override
    public Variable get(OID instance) {
        Supplier<Variable> value = instances.get(instance);
        return value == null ? missing(instance) : value.get();
    }

    /** Returns the exception for a GET of an instance that does not exist. */
    private Variable missing(OID instance) {
        OID before = instances.floorKey(instance);
        if (before == null) {
            return Null.noSuchObject;
        }
        OID object = new OID(before);
        object.removeLast();
        return instance.startsWith(object) ? Null.noSuchInstance : Null.noSuchObject;
    }

    @Override
    public @Nullable VariableBinding next(OID bound, boolean inclusive) {
        for (Map.Entry<OID, Supplier<Variable>> entry :
                instances.tailMap(bound, inclusive).entrySet()) {
            Variable value = entry.getValue().get();
            if (!value.isException()) {
                return new VariableBinding(new OID(entry.getKey()), value);
            }
        }
        return null;
    }
}
