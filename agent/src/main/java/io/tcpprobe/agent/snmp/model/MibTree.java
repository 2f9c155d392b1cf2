package io.tcpprobe.agent.snmp.model;

import java.util.Collection;
import java.util.List;
import org.snmp4j.agent.ManagedObject;
import org.snmp4j.agent.mo.GenericManagedObject;
import org.snmp4j.smi.OID;

/** All objects that are served, in the order of their object ids. They do not overlap. */
public final class MibTree {
    private final List<GenericManagedObject> objects;

    /** @param objects as the library's registry has them, in order */
    public MibTree(Collection<? extends ManagedObject<?>> objects) {
        this.objects = objects.stream().map(GenericManagedObject.class::cast).toList();
    }

    public int size() {
        return objects.size();
    }

    public GenericManagedObject get(int place) {
        return objects.get(place);
    }

    /** The place of the first object that may have instances behind an object id; {@link #size} if there is none. */
    public int behind(OID bound) {
        int low = 0;
        int high = objects.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (objects.get(middle).getScope().getUpperBound().compareTo(bound) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether the object that an instance would be in can answer at once. */
    public boolean ready(OID instance) {
        int place = behind(instance);
        if (place == objects.size() || !(objects.get(place) instanceof SubtreeObject ours)) {
            return true;
        }
        return instance.startsWith(ours.subtree().root())
                ? ours.subtree().ready(instance)
                : ours.subtree().ready();
    }

    /** Whether an object can answer at once; those of the library always can. */
    public static boolean ready(GenericManagedObject object) {
        return !(object instanceof SubtreeObject ours) || ours.subtree().ready();
    }
}
