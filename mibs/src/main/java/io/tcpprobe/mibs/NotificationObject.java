package io.tcpprobe.mibs;

/** The objects that notifications carry. */
public enum NotificationObject {
    /** The flow id; the instance is identified by the endpoints of the connection. */
    CONNECT_INDEX(EstatsTable.CONNECT_ID, 1);

    private final EstatsTable table;
    private final int column;

    NotificationObject(EstatsTable table, int column) {
        this.table = table;
        this.column = column;
    }

    /** Returns the descriptor. */
    public String label() {
        return table.columns().stream()
                .filter(one -> one.id() == column)
                .map(EstatsColumn::name)
                .findFirst()
                .orElseThrow();
    }

    /** Returns the object id without the instance. */
    public Oid oid() {
        return table.entry().then(column);
    }
}
