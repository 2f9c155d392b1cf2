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
 * The instances that a manager may see: a MIB view of VACM (RFC 3415, 5). It decides as {@link VacmMIB#isAccessAllowed} does, and
 * can also decide for all instances below an object id at once.
 */
public final class View {
    /** How many of the instances below an object id the view includes. */
    public enum Share {
        ALL,
        NONE,
        /** Each instance must be checked. */
        SOME
    }

    /** A family of subtrees (vacmViewTreeFamilyEntry). A sub-identifier matches any if its {@code significant} is false. */
    private record Family(int[] subtree, boolean[] significant, boolean included) {
        /** Returns true if the first sub-identifiers of an object id match those of the subtree. */
        boolean agrees(int[] arcs, int length) {
            for (int i = 0; i < length; i++) {
                if (significant[i] && subtree[i] != arcs[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The families, longest subtree first: the first that matches decides. */
    private final List<Family> families = new ArrayList<>();

    /** @param rows the rows of one view in vacmViewTreeFamilyTable, in the order of their indexes */
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
        boolean[] significant = new boolean[subtree.length];
        for (int i = 0; i < significant.length; i++) {
            significant[i] = VacmMIB.isBitSet(i, mask);
        }
        int type = row.getValue(VacmMIB.idxVacmViewTreeFamilyType).toInt();
        return new Family(subtree, significant, type == VacmMIB.vacmViewIncluded);
    }

    /** Returns true if the view includes an instance. */
    public boolean shows(OID instance) {
        int[] arcs = instance.getValue();
        for (Family family : families) {
            if (family.subtree.length <= arcs.length && family.agrees(arcs, family.subtree.length)) {
                return family.included;
            }
        }
        return false;
    }

    /** Returns how many of the instances below an object id the view includes, whether they exist or not. */
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
