package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.TableRows;
import java.util.List;

/**
 * The entries of the default log as rows. The name of the log is empty, so every index begins with its length, 0.
 *
 * @param entries the entries, in the order of their indexes
 */
record LoggedNotificationRows(List<NotificationLog.Entry> entries) implements TableRows {
    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public int index(int row, int[] arcs) {
        arcs[0] = 0;
        arcs[1] = (int) entries.get(row).index();
        return 2;
    }
}
