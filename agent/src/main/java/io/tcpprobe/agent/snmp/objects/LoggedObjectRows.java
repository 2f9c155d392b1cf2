package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.TableRows;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.smi.VariableBinding;

/** The objects of all entries of the default log as rows. */
final class LoggedObjectRows implements TableRows {
    private final List<NotificationLog.Entry> entries;

    /** For each entry the number of its first row. */
    private final int[] first;

    private final int size;

    /** @param entries the entries, in the order of their indexes */
    LoggedObjectRows(List<NotificationLog.Entry> entries) {
        this.entries = entries;
        first = new int[entries.size()];
        int rows = 0;
        for (int i = 0; i < first.length; i++) {
            first[i] = rows;
            rows += entries.get(i).objects().size();
        }
        size = rows;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int index(int row, int[] arcs) {
        int entry = entry(row);
        arcs[0] = 0;
        arcs[1] = (int) entries.get(entry).index();
        arcs[2] = row - first[entry] + 1;
        return 3;
    }

    /** Returns the object of a row. */
    VariableBinding object(int row) {
        int entry = entry(row);
        return entries.get(entry).objects().get(row - first[entry]);
    }

    /** An entry without objects has the first row of the next one: the last of equal ones is the one that has it. */
    private int entry(int row) {
        int after = Arrays.binarySearch(first, row + 1);
        if (after < 0) {
            return -after - 2;
        }
        while (after > 0 && first[after - 1] == row + 1) {
            after--;
        }
        return after - 1;
    }
}
