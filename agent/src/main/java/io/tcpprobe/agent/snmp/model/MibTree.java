package io.tcpprobe.agent.snmp.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.snmp4j.agent.ManagedObject;
import org.snmp4j.agent.mo.GenericManagedObject;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;

/** All objects that are served, in the order of their object ids. They do not overlap. */
public final class MibTree {
    private final List<GenericManagedObject> objects;

    /** @param objects the objects of the library's registry, in order */
    public MibTree(Collection<? extends ManagedObject<?>> objects) {
        this.objects = objects.stream().map(GenericManagedObject.class::cast).toList();
    }

    /** Returns the tree of subtrees in any order; they must not overlap. */
    public static MibTree of(List<? extends Subtree> subtrees) {
        return new MibTree(subtrees.stream()
                .sorted(Comparator.comparing(Subtree::root))
                .map(SubtreeObject::new)
                .toList());
    }

    public int size() {
        return objects.size();
    }

    public GenericManagedObject get(int place) {
        return objects.get(place);
    }

    /** Returns the index of the first object that may have instances after an object id; {@link #size} if there is none. */
    public int after(OID bound) {
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

    /** Returns the value of an instance of one of our subtrees, or an exception of RFC 3416; may wait. */
    public Variable get(OID instance) {
        int place = after(instance);
        return place < objects.size()
                        && objects.get(place) instanceof SubtreeObject found
                        && instance.startsWith(found.subtree().root())
                ? found.subtree().get(instance)
                : Null.noSuchObject;
    }

    /** Returns true if the object that an instance would belong to can answer without waiting. */
    public boolean ready(OID instance) {
        int place = after(instance);
        if (place == objects.size() || !(objects.get(place) instanceof SubtreeObject subtreeObject)) {
            return true;
        }
        return instance.startsWith(subtreeObject.subtree().root())
                ? subtreeObject.subtree().ready(instance)
                : subtreeObject.subtree().ready();
    }

    /** Returns true if an object can answer without waiting; those of the library always can. */
    public static boolean ready(GenericManagedObject object) {
        return !(object instanceof SubtreeObject subtreeObject)
                || subtreeObject.subtree().ready();
    }
}
