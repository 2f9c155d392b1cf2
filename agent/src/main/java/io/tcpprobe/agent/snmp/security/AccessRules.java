package io.tcpprobe.agent.snmp.security;

import io.tcpprobe.agent.users.User;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpMibTable;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.snmp4j.MessageDispatcher;
import org.snmp4j.agent.MOServer;
import org.snmp4j.agent.mo.snmp.CoexistenceInfoProvider;
import org.snmp4j.agent.mo.snmp.RowStatus;
import org.snmp4j.agent.mo.snmp.SnmpCommunityMIB;
import org.snmp4j.agent.mo.snmp.SnmpTargetMIB;
import org.snmp4j.agent.mo.snmp.StorageType;
import org.snmp4j.agent.mo.snmp.VacmMIB;
import org.snmp4j.agent.security.MutableVACM;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.USM;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

/**
 * Access control: the community reads with v1 and v2c; users read with v3 authPriv, and users with write access change settings
 * and delete connections. All of them can read everything. The writable objects are the settings' subtree, the controls of
 * TCP-ESTATS-MIB, sysContact, sysName and sysLocation, the states of connections in TCP-MIB, and snmpSetSerialNo (RFC 3418). The same
 * holds in every context.
 */
public final class AccessRules {
    private static final OctetString EMPTY = new OctetString();
    private static final OctetString COMMUNITY = new OctetString("community");
    private static final OctetString READERS = new OctetString("readers");
    private static final OctetString WRITERS = new OctetString("writers");
    private static final OctetString ALL = new OctetString("all");
    private static final OctetString WRITABLE = new OctetString("writable");
    private static final OID INTERNET = new OID("1.3.6.1");
    private static final OID SET_SERIAL_NUMBER = new OID("1.3.6.1.6.3.1.1.6.1");

    private final USM usm;
    private final OctetString engineId;
    private final Vacm vacm;
    private final SnmpCommunityMIB communities;
    private final List<User> known = new ArrayList<>();

    public AccessRules(USM usm, SecurityModels models, MOServer server, MessageDispatcher dispatcher, TcpProbeMib mib) {
        this.usm = usm;
        this.engineId = usm.getLocalEngineID();
        this.vacm = new Vacm(server, models);
        this.communities = new SnmpCommunityMIB(new SnmpTargetMIB(dispatcher));
        view(ALL, INTERNET);
        view(ALL, new OID(mib.base().toArray())); // may lie outside the other subtrees
        view(WRITABLE, new OID(SettingObjects.root(SettingGroup.SAMPLER, mib).toArray()));
        view(WRITABLE, new OID(TcpMibTable.CONN.column(TcpMibTable.CONN_STATE).toArray()));
        view(
                WRITABLE,
                new OID(TcpMibTable.CONNECTION
                        .column(TcpMibTable.CONNECTION_STATE)
                        .toArray()));
        view(WRITABLE, new OID(SettingObjects.root(SettingGroup.ESTATS, mib).toArray()));
        view(
                WRITABLE,
                new OID(SettingObjects.root(SettingGroup.NOTIFICATION_LOG, mib).toArray()));
        for (Setting<?> setting : Settings.CONNECTORS) {
            if (setting.object().isPresent()) {
                view(WRITABLE, new OID(SettingObjects.of(setting, mib).toArray()));
            }
        }
        view(WRITABLE, SET_SERIAL_NUMBER);
        access(READERS, SecurityModel.SECURITY_MODEL_USM, SecurityLevel.AUTH_PRIV, EMPTY);
        access(WRITERS, SecurityModel.SECURITY_MODEL_USM, SecurityLevel.AUTH_PRIV, WRITABLE);
    }

    private void view(OctetString name, OID subtree) {
        vacm.addViewTreeFamily(name, subtree, EMPTY, VacmMIB.vacmViewIncluded, StorageType.permanent);
    }

    private void access(OctetString group, int model, int level, OctetString writeView) {
        vacm.addAccess(
                group,
                EMPTY,
                model,
                level,
                MutableVACM.VACM_MATCH_PREFIX,
                ALL,
                writeView,
                EMPTY,
                StorageType.permanent);
    }

    /** Allows a community to read with v1 and v2c. */
    public void allow(String community) {
        Variable[] row = {
            new OctetString(community),
            COMMUNITY,
            engineId,
            EMPTY,
            EMPTY,
            new Integer32(StorageType.permanent),
            new Integer32(RowStatus.active)
        };
        communities
                .getSnmpCommunityEntry()
                .addRow(communities.getSnmpCommunityEntry().createRow(COMMUNITY.toSubIndex(true), row));
        for (int model : new int[] {SecurityModel.SECURITY_MODEL_SNMPv1, SecurityModel.SECURITY_MODEL_SNMPv2c}) {
            vacm.addGroup(model, COMMUNITY, COMMUNITY, StorageType.permanent);
            access(COMMUNITY, model, SecurityLevel.NOAUTH_NOPRIV, EMPTY);
        }
    }

    /** Replaces the users: those that are not in the collection lose access. */
    public synchronized void users(Collection<User> users) {
        for (User gone : known) {
            if (!users.contains(gone)) {
                OctetString name = new OctetString(gone.name());
                usm.removeAllUsers(name, engineId);
                vacm.removeGroup(SecurityModel.SECURITY_MODEL_USM, name);
            }
        }
        for (User user : users) {
            if (!known.contains(user)) {
                OctetString name = new OctetString(user.name());
                usm.addLocalizedUser(
                        engineId.getValue(),
                        name,
                        user.authentication().oid(),
                        user.authenticationKey(),
                        user.privacy().oid(),
                        user.privacyKey());
                vacm.addGroup(
                        SecurityModel.SECURITY_MODEL_USM,
                        name,
                        user.write() ? WRITERS : READERS,
                        StorageType.permanent);
            }
        }
        known.clear();
        known.addAll(users);
    }

    public Vacm vacm() {
        return vacm;
    }

    /**
     * Returns the communities.
     *
     * @param contexts true if COMMUNITY@CONTEXT is the community in a context
     */
    public CoexistenceInfoProvider communities(boolean contexts) {
        return contexts ? new ContextCommunities(communities) : communities;
    }
}
