package io.tcpprobe.mibs;

/**
 * The scalars of TCP-MIB (RFC 2012, RFC 4022), each with its counter of /proc/net/snmp. The values of Counter32 are the
 * kernel's modulo 2^32.
 */
public enum TcpMib {
    RTO_ALGORITHM(1, "tcpRtoAlgorithm", Smi.INTEGER32, "RtoAlgorithm"),
    RTO_MIN(2, "tcpRtoMin", Smi.INTEGER32, "RtoMin"),
    RTO_MAX(3, "tcpRtoMax", Smi.INTEGER32, "RtoMax"),
    MAX_CONN(4, "tcpMaxConn", Smi.INTEGER32, "MaxConn"),
    ACTIVE_OPENS(5, "tcpActiveOpens", Smi.COUNTER32, "ActiveOpens"),
    PASSIVE_OPENS(6, "tcpPassiveOpens", Smi.COUNTER32, "PassiveOpens"),
    ATTEMPT_FAILS(7, "tcpAttemptFails", Smi.COUNTER32, "AttemptFails"),
    ESTAB_RESETS(8, "tcpEstabResets", Smi.COUNTER32, "EstabResets"),
    CURR_ESTAB(9, "tcpCurrEstab", Smi.GAUGE32, "CurrEstab"),
    IN_SEGS(10, "tcpInSegs", Smi.COUNTER32, "InSegs"),
    OUT_SEGS(11, "tcpOutSegs", Smi.COUNTER32, "OutSegs"),
    RETRANS_SEGS(12, "tcpRetransSegs", Smi.COUNTER32, "RetransSegs"),
    IN_ERRS(14, "tcpInErrs", Smi.COUNTER32, "InErrs"),
    OUT_RSTS(15, "tcpOutRsts", Smi.COUNTER32, "OutRsts"),
    HC_IN_SEGS(17, "tcpHCInSegs", Smi.COUNTER64, "InSegs"),
    HC_OUT_SEGS(18, "tcpHCOutSegs", Smi.COUNTER64, "OutSegs");

    /** The group tcp of mib-2. */
    public static final Oid ROOT = Oid.of(1, 3, 6, 1, 2, 1, 6);

    private final int arc;
    private final String label;
    private final Smi syntax;
    private final String counter;

    TcpMib(int arc, String label, Smi syntax, String counter) {
        this.arc = arc;
        this.label = label;
        this.syntax = syntax;
        this.counter = counter;
    }

    /** Returns the object id, without the instance's .0. */
    public Oid oid() {
        return ROOT.then(arc);
    }

    /** Returns the descriptor. */
    public String label() {
        return label;
    }

    /** Returns the type. */
    public Smi syntax() {
        return syntax;
    }

    /** Returns the counter's name in the group Tcp of /proc/net/snmp. */
    public String counter() {
        return counter;
    }
}
