package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.EndpointFilter;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.TerminationException;
import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/** The operations of {@code type=Flows} that delete a connection, or report which connection they would delete. */
final class DeleteOperations {
    private static final String BY_FLOW = "deleteFlow";
    private static final String BY_ENDS = "deleteConnection";
    private static final String ATTACHED = "jmx";
    private static final String[] ITEMS = {"local", "remote", "state", "uid", "inode", "cookie", "deleted"};
    private static final CompositeType TYPE = type();

    private static final MBeanParameterInfo DRY_RUN = new MBeanParameterInfo(
            "dryRun", "boolean", "true: report what would be deleted and whether that is possible; delete nothing.");

    /** Descriptions of the operations. */
    static final List<MBeanOperationInfo> OPERATIONS = List.of(
            operation(
                    BY_FLOW,
                    "Deletes the connection of a flow: its owner gets ECONNABORTED, the peer a reset. If the flow has ended,"
                            + " a new connection with the same endpoints is not affected.",
                    new MBeanParameterInfo("flowId", "long", "The flow's id."),
                    DRY_RUN),
            operation(
                    BY_ENDS,
                    "Deletes the connection with these endpoints, in any state; listeners are not deleted.",
                    new MBeanParameterInfo(
                            "local", "java.lang.String", "ADDRESS:PORT; IPv6 in brackets, link-local with %ZONE."),
                    new MBeanParameterInfo("remote", "java.lang.String", "ADDRESS:PORT of the peer."),
                    DRY_RUN));

    private static final Set<String> NAMES =
            OPERATIONS.stream().map(MBeanOperationInfo::getName).collect(Collectors.toUnmodifiableSet());

    private final FlowSnapshotCache snapshots;
    private final ConnectionTerminator deletions;

    DeleteOperations(FlowSnapshotCache snapshots, ConnectionTerminator deletions) {
        this.snapshots = snapshots;
        this.deletions = deletions;
    }

    private static MBeanOperationInfo operation(String name, String doc, MBeanParameterInfo... parameters) {
        return new MBeanOperationInfo(
                name,
                doc,
                parameters,
                CompositeData.class.getName(),
                MBeanOperationInfo.ACTION,
                new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {TYPE}));
    }

    private static CompositeType type() {
        String[] docs = {
            "Local endpoint.",
            "Remote endpoint.",
            "State before the deletion, as in tcpConnectionState.",
            "Id of the user who owns the socket.",
            "Inode of the socket, 0 if no process has it open.",
            "Cookie of the socket.",
            "True if it was deleted; always false for a dry run."
        };
        OpenType<?>[] types = {
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.LONG,
            SimpleType.LONG,
            SimpleType.LONG,
            SimpleType.BOOLEAN
        };
        try {
            return new CompositeType("Deletion", "A connection and the result of its deletion.", ITEMS, docs, types);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a deletion", wrong);
        }
    }

    static boolean has(String operation) {
        return NAMES.contains(operation);
    }

    /**
     * Runs one of {@link #OPERATIONS}. Every attempt is audited, including those with invalid arguments.
     *
     * @throws MBeanException if the connection is not deleted; its cause is an exception of the JDK and its message is the reason
     * @throws IllegalArgumentException if the arguments are invalid
     */
    CompositeData invoke(String operation, @Nullable Object[] arguments) throws MBeanException {
        String who = Caller.current().orElse(ATTACHED);
        try {
            return invoke(operation, arguments, who);
        } catch (TerminationException refused) {
            String why = String.valueOf(refused.getMessage());
            throw new MBeanException(new IllegalStateException(why), why);
        } catch (IllegalArgumentException wrong) {
            deletions.refused(String.valueOf(wrong.getMessage()), who);
            throw wrong;
        }
    }

    private CompositeData invoke(String operation, @Nullable Object[] arguments, String who)
            throws TerminationException {
        int expected = operation.equals(BY_FLOW) ? 2 : 3;
        if (arguments.length != expected || !(arguments[expected - 1] instanceof Boolean dryRun)) {
            throw new IllegalArgumentException(
                    "invoke " + operation + ": needs " + expected + " arguments, the last one true or false");
        }
        Tcb found = operation.equals(BY_FLOW) ? flow(arguments[0], who) : connection(arguments, who);
        if (dryRun) {
            deletions.auditDryRun(found, who);
        } else {
            deletions.delete(found, who);
        }
        return result(found, !dryRun);
    }

    private Tcb flow(@Nullable Object given, String who) throws TerminationException {
        if (!(given instanceof Number id)) {
            throw new IllegalArgumentException("invoke " + BY_FLOW + ": '" + given + "' is not a flow id");
        }
        FlowSnapshot snapshot = snapshots.current();
        int index = snapshot.flows().indexOf(id.longValue());
        if (index < 0) {
            throw new IllegalArgumentException("invoke " + BY_FLOW + ": there is no flow " + id);
        }
        Flow flow = new Flow(snapshot, index);
        if (!flow.has(FlowField.COOKIE)) {
            throw new IllegalArgumentException(
                    "invoke " + BY_FLOW + ": the source of the flows has no cookies, and a flow can"
                            + " be deleted only by its cookie; use " + BY_ENDS);
        }
        return deletions.find(flow.endpoints(), OptionalLong.of(flow.number(FlowField.COOKIE)), who);
    }

    private Tcb connection(@Nullable Object[] arguments, String who) throws TerminationException {
        EndpointFilter local = end(arguments[0]);
        EndpointFilter remote = end(arguments[1]);
        SocketEndpoints ends =
                SocketEndpoints.of(local.wholeAddress(), local.port(), remote.wholeAddress(), remote.port());
        return deletions.find(ends, OptionalLong.empty(), who);
    }

    private static EndpointFilter end(@Nullable Object given) {
        EndpointFilter end = EndpointFilter.parse(String.valueOf(given));
        if (!end.whole()) {
            throw new IllegalArgumentException(
                    "invoke " + BY_ENDS + ": '" + given + "' is not ADDRESS:PORT; an endpoint needs both");
        }
        return end;
    }

    private static CompositeData result(Tcb tcb, boolean deleted) {
        Object[] values = {
            tcb.endpoints().local(),
            tcb.endpoints().remote(),
            tcb.state().label(),
            tcb.uid(),
            Integer.toUnsignedLong(tcb.inode()),
            tcb.cookie(),
            deleted
        };
        try {
            return new CompositeDataSupport(TYPE, ITEMS, values);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a deletion does not match its type", wrong);
        }
    }
}
