package io.tcpprobe.agent.snmp.security;

import io.tcpprobe.agent.namespaces.Namespaces;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.mo.snmp.CoexistenceInfoProvider;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.OctetString;

/** Maps a community COMMUNITY@CONTEXT to what COMMUNITY may do, in that context. */
final class ContextCommunities implements CoexistenceInfoProvider {
    private final CoexistenceInfoProvider communities;

    /** @param communities the communities of the default context */
    ContextCommunities(CoexistenceInfoProvider communities) {
        this.communities = communities;
    }

    @Override
    public CoexistenceInfo @Nullable [] getCoexistenceInfo(OctetString community) {
        CoexistenceInfo[] exact = communities.getCoexistenceInfo(community);
        byte[] octets = community.getValue();
        int at = lastAt(octets);
        if (exact != null && exact.length > 0 || at < 0 || octets.length - at - 1 > Namespaces.MAX_NAME_BYTES) {
            return exact;
        }
        CoexistenceInfo[] known = communities.getCoexistenceInfo(new OctetString(Arrays.copyOf(octets, at)));
        OctetString context = new OctetString(Arrays.copyOfRange(octets, at + 1, octets.length));
        return known == null
                ? null
                : Arrays.stream(known)
                        .map(info -> new CoexistenceInfo(
                                info.getSecurityName(), info.getContextEngineID(), context, info.getTransportTag()))
                        .toArray(CoexistenceInfo[]::new);
    }

    private static int lastAt(byte[] octets) {
        for (int i = octets.length - 1; i >= 0; i--) {
            if (octets[i] == '@') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public @Nullable OctetString getCommunity(
            OctetString securityName, OctetString contextEngineId, OctetString contextName) {
        return communities.getCommunity(securityName, contextEngineId, contextName);
    }

    @Override
    public boolean passesFilter(Address address, CoexistenceInfo info) {
        return communities.passesFilter(address, info);
    }
}
