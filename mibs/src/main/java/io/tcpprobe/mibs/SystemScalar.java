package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;

/** The writable scalars of the system group of SNMPv2-MIB (RFC 3418), and the setting that each is. */
public enum SystemScalar {
    CONTACT(4, "sysContact"),
    NAME(5, "sysName"),
    LOCATION(6, "sysLocation");

    /** The group system. */
    public static final Oid ROOT = Oid.parse("1.3.6.1.2.1.1");

    private final int arc;
    private final String label;

    SystemScalar(int arc, String label) {
        this.arc = arc;
        this.label = label;
    }

    /** Its descriptor. */
    public String label() {
        return label;
    }

    /** The setting that it reads and writes, a DisplayString (SIZE (0..255)). */
    public Setting<String> setting() {
        return switch (this) {
            case CONTACT -> Settings.SNMP_CONTACT;
            case NAME -> Settings.SNMP_NAME;
            case LOCATION -> Settings.SNMP_LOCATION;
        };
    }

    /** The object, without the instance's .0. */
    public Oid oid() {
        return ROOT.then(arc);
    }
}
