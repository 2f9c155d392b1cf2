package io.tcpprobe.mibs;

/**
 * The objects of NOTIFICATION-LOG-MIB, RFC 3014. There is one log, the default one, whose name is empty; so nlmConfigLogTable, by which
 * managers create logs, is not served.
 */
public final class NotificationLogMib {
    /** notificationLogMIB. */
    public static final Oid ROOT = Oid.of(1, 3, 6, 1, 2, 1, 92);

    /** nlmConfig: nlmConfigGlobalEntryLimit, nlmConfigGlobalAgeOut. */
    public static final Oid CONFIG = ROOT.then(1, 1);

    /** nlmStatsGlobalNotificationsLogged. */
    public static final Oid LOGGED = ROOT.then(1, 2, 1);

    /** nlmStatsGlobalNotificationsBumped. */
    public static final Oid BUMPED = ROOT.then(1, 2, 2);

    /** nlmStatsLogEntry, indexed by nlmLogName: columns 1 nlmStatsLogNotificationsLogged, 2 nlmStatsLogNotificationsBumped. */
    public static final Oid STATISTICS_ENTRY = ROOT.then(1, 2, 3, 1);

    /** nlmLogEntry, indexed by nlmLogName and nlmLogIndex. */
    public static final Oid LOG_ENTRY = ROOT.then(1, 3, 1, 1);

    /** nlmLogVariableEntry, indexed by nlmLogName, nlmLogIndex and nlmLogVariableIndex. */
    public static final Oid VARIABLE_ENTRY = ROOT.then(1, 3, 2, 1);

    private NotificationLogMib() {}
}
