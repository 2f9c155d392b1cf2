package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.mibs.NotificationLogMib;
import io.tcpprobe.mibs.TcpProbeMib;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.DuplicateRegistrationException;
import org.snmp4j.agent.ManagedObject;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

/**
 * The groups system and snmp of SNMPv2-MIB (RFC 3418): the library's objects, except that sysContact, sysName and sysLocation are
 * settings, and sysORTable lists the modules that are served.
 */
public final class SystemGroup {
    /** sysServices of RFC 3418: end-to-end (layer 4) and applications (layer 7). */
    private static final int SERVICES = 72;

    private SystemGroup() {}

    /** Creates the library's objects, with the modules that are served; does not register them. */
    public static SNMPv2MIB create(AgentFacts facts, TcpProbeMib mib) {
        OID base = new OID(mib.base().toArray());
        SNMPv2MIB system = new SNMPv2MIB(
                new OctetString("tcpprobe " + facts.version() + " on Linux " + facts.kernelRelease()),
                base,
                new Integer32(SERVICES));
        addModules(system, base);
        return system;
    }

    /**
     * Registers all objects of the groups.
     *
     * @param system the library's objects
     * @throws DuplicateRegistrationException if one of them is already registered
     */
    public static void register(
            DefaultMOServer server, SNMPv2MIB system, SettingStore settings, AgentFacts facts, TcpProbeMib mib)
            throws DuplicateRegistrationException {
        system.registerMOs(server, null);
        replace(server, SettingScalars.system(settings, Settings.SNMP_CONTACT, mib, ""));
        replace(server, SettingScalars.system(settings, Settings.SNMP_NAME, mib, facts.hostName()));
        replace(server, SettingScalars.system(settings, Settings.SNMP_LOCATION, mib, ""));
    }

    private static void replace(DefaultMOServer server, SettingScalars scalar) throws DuplicateRegistrationException {
        ManagedObject<?> constant = server.getManagedObject(Scalars.instance(scalar.root()), new OctetString());
        server.unregister(constant, null);
        server.register(new SubtreeObject(scalar), null);
    }

    /** Adds the modules to sysORTable, by the object ids of their MODULE-IDENTITY. */
    private static void addModules(SNMPv2MIB system, OID base) {
        add(system, new OID("1.3.6.1.6.3.1"), "SNMPv2-MIB (RFC 3418): the system and the SNMP agent");
        add(system, new OID("1.3.6.1.6.3.10"), "SNMP-FRAMEWORK-MIB (RFC 3411): the SNMP engine");
        add(system, new OID("1.3.6.1.6.3.11"), "SNMP-MPD-MIB (RFC 3412): counters of message processing");
        add(system, new OID("1.3.6.1.6.3.15"), "SNMP-USER-BASED-SM-MIB (RFC 3414): counters of usmStats");
        add(system, new OID("1.3.6.1.2.1.49"), "TCP-MIB (RFC 4022): TCP connections, listeners and counters");
        add(
                system,
                new OID(EstatsTable.ROOT.toArray()),
                "TCP-ESTATS-MIB (RFC 4898): statistics of each TCP connection");
        add(
                system,
                new OID(NotificationLogMib.ROOT.toArray()),
                "NOTIFICATION-LOG-MIB (RFC 3014): the last notifications about events");
        add(system, base, "TCPPROBE-MIB: live TCP flows, kernel counters, and settings of tcpprobe");
    }

    private static void add(SNMPv2MIB system, OID module, String description) {
        system.addSysOREntry(module, new OctetString(description));
    }
}
