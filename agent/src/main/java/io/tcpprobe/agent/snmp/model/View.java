package io.tcpprobe.agent.snmp.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.agent.mo.MOTableRow;
import org.snmp4j.agent.mo.snmp.RowStatus;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

/**
 * Which instances a manager may see: a MIB view of VACM (RFC 3415, 5). It decides as {@link VacmMIB#isAccessAllowed} does, and
 * besides tells of all instances below an object id at once.
 */
public final class View {
    /** How many of the instances below an object id the view shows. */
    public enum Share {
        ALL,
        NONE,
        /** Each must be asked for. */
        SOME
    }

    /** A family of subtrees (vacmViewTreeFamilyEntry). A sub-identifier that {@code cares} has false for may be any. */
    private record Family(int[] subtree, boolean[] cares, boolean included) {
        /** Whether an object id agrees with the first sub-identifiers of the subtree. */
        boolean agrees(int[] arcs, int length) {
            for (int i = 0; i < length; i++) {
                if (cares[i] && subtree[i] != arcs[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Those whose subtrees are longest first: the first that matches decides. */
    private final List<Family> families = new ArrayList<>();

    /** @param rows of vacmViewTreeFamilyTable, those of one view, in the order of their indexes */
    public View(List<? extends MOTableRow> rows) {
        for (MOTableRow row : rows.reversed()) {
            if (row.getValue(VacmMIB.idxVacmViewTreeFamilyRowStatus).toInt() == RowStatus.active) {
                families.add(family(row));
            }
        }
    }

    private static Family family(MOTableRow row) {
        int[] index = row.getIndex().getValue(); // length and characters of the name, length and subtree
        int[] subtree = Arrays.copyOfRange(index, 1 + index[0] + 1, index.length);
        OctetString mask = (OctetString) row.getValue(VacmMIB.idxVacmViewTreeFamilyMask);
        boolean[] cares = new boolean[subtree.length];
        for (int i = 0; i < cares.length; i++) {
            cares[i] = VacmMIB.isBitSet(i, mask);
        }
        int type = row.getValue(VacmMIB.idxVacmViewTreeFamilyType).toInt();
        return new Family(subtree, cares, type == VacmMIB.vacmViewIncluded);
    }

    /** Whether the view shows an instance. */
    public boolean shows(OID instance) {
        int[] arcs = instance.getValue();
        for (Family family : families) {
            if (family.subtree.length <= arcs.length && family.agrees(arcs, family.subtree.length)) {
                return family.included;
            }
        }
        return false;
    }

    /** How many of the instances below an object id it shows, those that there are and those that there could be. */
    public Share below(OID object) {
        int[] arcs = object.getValue();
        for (Family family : families) {
            if (family.agrees(arcs, Math.min(family.subtree.length, arcs.length))) {
                if (family.subtree.length > arcs.length) {
                    return Share.SOME;
                }
                return family.included ? Share.ALL : Share.NONE;
            }
        }
        return Share.NONE;
    }
}
