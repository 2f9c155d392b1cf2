package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.NotReadyException;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.model.View;
import io.tcpprobe.agent.snmp.security.Vacm;
import io.tcpprobe.agent.threads.ExecutorProgress;
import io.tcpprobe.agent.threads.VitalPart;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.PDU;
import org.snmp4j.agent.CommandProcessor;
import org.snmp4j.agent.MOServer;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.request.SnmpRequest;
import org.snmp4j.agent.security.VACM;
import org.snmp4j.event.CounterEvent;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * SNMP4J-Agent's command processor, with limits on size, time and memory. GETNEXT and GETBULK are answered by
 * {@link NextResponseBuilder}: the library needs time quadratic in the number of bindings for a GETBULK.
 */
public final class Responder extends CommandProcessor implements AutoCloseable {
    /** Request flag: the refusal of this SET has been audited in detail. */
    public static final Object REFUSAL_AUDITED = "refusal audited";

    private static final long CLOSE_SECONDS = 2;

    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);

    /**
     * Maximum variables of a request; larger ones are refused as tooBig. Managers do not send them, and they are expensive to
     * answer.
     */
    private static final int MAX_VARIABLES = 500;

    /**
     * A GETBULK for more bindings than this is answered on the background executor, so that other clients' GETs do not wait for
     * it.
     */
    private static final int LONG = 100;

    /** Maximum requests that wait for the background executor; further ones are dropped. */
    static final int MAX_WAITING = 1_000;

    /** Maximum bytes of memory that the waiting requests hold, as estimated by {@link #heldBytes}; further ones are dropped. */
    static final long MAX_WAITING_BYTES = 4 << 20;

    /** Estimated bytes of a request without its variables, and of a variable without the sub-identifiers of its object id. */
    private static final int REQUEST_BYTES = 1_000;

    private static final int VARIABLE_BYTES = 100;

    private final RequestScope requests;
    private final ThreadPoolExecutor background = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("snmp-background").factory());
    private final Vacm views;
    private final SnmpFailures failures;
    private final ResponseLimit limit;

    private final AtomicLong waitingBytes = new AtomicLong();

    private volatile MibTree tree = new MibTree(List.of());

    private volatile Contexts contexts = Contexts.NONE;

    public Responder(
            OctetString engineId, RequestScope requests, Vacm views, SnmpFailures failures, ResponseLimit limit) {
        super(engineId);
        this.requests = requests;
        this.views = views;
        this.failures = failures;
        this.limit = limit;
        setVacm(views);
    }

    /** Returns the background executor as a part that must make progress. */
    public VitalPart vitalPart() {
        return new ExecutorProgress("snmp-background", background);
    }

    /** Sets the objects to serve, which must be complete. */
    public void serve(MibTree objects) {
        tree = objects;
    }

    /** Sets the contexts to serve besides the default one. Each is answered on the background executor; nothing in it can be SET. */
    public void serve(Contexts others) {
        contexts = others;
        views.contexts(name -> others.objects(name).isPresent());
    }

    @Override
    public <A extends Address> void processPdu(CommandResponderEvent<A> event) {
        event.setMaxSizeResponsePDU(limit.pduBytes(event));
        super.processPdu(event);
        if (!event.isProcessed() && event.getMessageProcessingModel() != MPv3.ID) {
            failures.unknownCommunity(event.getPeerAddress());
        }
    }

    /**
     * Answers every request from one snapshot. A request for an unknown context is answered before it is queued: the library
     * would keep it in its queue for five minutes.
     */
    @Override
    protected <A extends Address> void dispatchCommand(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        boolean inDefault = coexistence.getContextName().length() == 0;
        if ((inDefault || contexts.equals(Contexts.NONE))
                && isContextNotSupported(coexistence.getContextName(), command)) {
            return;
        }
        if (command.getPDU().size() > MAX_VARIABLES) {
            refuse(command, PDU.tooBig, 0);
            return;
        }
        if (!inDefault) {
            postpone(command, coexistence);
            return;
        }
        if (isLong(command.getPDU())) {
            postpone(command, coexistence);
            return;
        }
        requests.run(() -> {
            try {
                answer(command, coexistence, false);
            } catch (NotReadyException later) {
                postpone(command, coexistence);
            }
        });
    }

    private static boolean isLong(PDU pdu) {
        if (pdu.getType() != PDU.GETBULK) {
            return false;
        }
        int repeated = pdu.size() - Math.clamp(pdu.getNonRepeaters(), 0, pdu.size()); // negative values count as 0
        return (long) pdu.getMaxRepetitions() * repeated > LONG;
    }

    /**
     * Answers a request on the background executor, where it may block until the kernel has been read. UDP may lose messages: a
     * request is dropped if too many are waiting.
     */
    private <A extends Address> void postpone(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        dropValues(command.getPDU());
        long bytes = heldBytes(command.getPDU());
        boolean queued = false;
        try {
            if (waitingBytes.addAndGet(bytes) <= MAX_WAITING_BYTES) {
                background.execute(() -> {
                    waitingBytes.addAndGet(-bytes);
                    answerInBackground(command, coexistence);
                });
                queued = true;
            }
        } catch (RejectedExecutionException _) {
            queued = false; // too many
        } finally {
            if (!queued) {
                waitingBytes.addAndGet(-bytes);
            }
        }
        if (!queued) {
            fireIncrementCounter(new CounterEvent(this, SnmpConstants.snmpSilentDrops));
        }
    }

    /** Drops the values of a request that reads: they have no meaning (RFC 3416, 3) but can fill a whole datagram. */
    private static void dropValues(PDU pdu) {
        if (pdu.getType() != PDU.SET) {
            pdu.getVariableBindings().forEach(binding -> binding.setVariable(Null.instance));
        }
    }

    /** Returns the estimated bytes of memory that a request holds while it waits. */
    static long heldBytes(PDU pdu) {
        long bytes = REQUEST_BYTES;
        for (VariableBinding binding : pdu.getVariableBindings()) {
            bytes += VARIABLE_BYTES
                    + (long) Integer.BYTES * binding.getOid().size()
                    + binding.getVariable().getBERLength();
        }
        return bytes;
    }

    /** Returns the estimated bytes of memory of all requests that wait for the background executor; for tests. */
    long waitingBytes() {
        return waitingBytes.get();
    }

    private <A extends Address> void answerInBackground(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        try {
            requests.run(() -> answer(command, coexistence, true));
        } catch (Throwable failed) { // else the thread ends with a stack trace
            failures.failed(command.getPeerAddress(), "answer a request", failed);
        }
    }

    private <A extends Address> void answer(
            CommandResponderEvent<A> command, CoexistenceInfo coexistence, boolean mayWait) {
        PDU pdu = command.getPDU();
        if (coexistence.getContextName().length() > 0) {
            answerInContext(command, coexistence);
            return;
        }
        if (pdu.getType() != PDU.GETNEXT && pdu.getType() != PDU.GETBULK) {
            for (int i = 0; i < pdu.size() && !mayWait; i++) {
                if (!tree.ready(pdu.get(i).getOid())) {
                    throw new NotReadyException();
                }
            }
            super.dispatchCommand(command, coexistence);
            return;
        }
        readable(command, coexistence)
                .ifPresent(view -> succeed(new NextRequest<>(command, coexistence, tree, view, mayWait)));
    }

    /** Returns what a request may read; refuses it if that is nothing. */
    private <A extends Address> Optional<View> readable(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        OctetString view = getViewName(command, coexistence, VACM.VIEW_READ);
        if (view == null) { // the library would allocate all repetitions first, or fail without a response
            int status = command.getMessageProcessingModel() == MPv1.ID ? PDU.genErr : PDU.authorizationError;
            refuse(command, status, Math.min(1, command.getPDU().size()));
            return Optional.empty();
        }
        return Optional.of(views.view(view));
    }

    private <A extends Address> void answerInContext(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        if (isContextNotSupported(coexistence.getContextName(), command)) {
            return;
        }
        MibTree objects =
                contexts.objects(coexistence.getContextName()).orElse(new MibTree(List.of())); // it may just have ended
        if (command.getPDU().getType() == PDU.SET) {
            refuseSet(command, coexistence);
            return;
        }
        Optional<View> view = readable(command, coexistence);
        if (view.isEmpty()) {
            return;
        }
        if (command.getPDU().getType() == PDU.GET) {
            get(command, objects, view.get());
        } else {
            succeed(new NextRequest<>(command, coexistence, objects, view.get(), true));
        }
    }

    /** Refuses a SET in a context, where nothing can be SET, and audits it as in the default context. */
    private <A extends Address> void refuseSet(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        int status = getViewName(command, coexistence, VACM.VIEW_WRITE) == null ? PDU.noAccess : PDU.notWritable;
        if (command.getSecurityLevel() != SecurityLevel.AUTH_PRIV) {
            failures.setByCommunity(command.getPeerAddress());
        } else if (command.getPDU().size() > 0) {
            failures.refusedSet(
                    AUDIT,
                    "snmp user " + coexistence.getSecurityName() + " from " + command.getPeerAddress(),
                    "set " + command.getPDU().get(0).getOid() + " in context " + coexistence.getContextName() + ": "
                            + PDU.toErrorStatusText(status));
        }
        refuse(
                command,
                command.getMessageProcessingModel() == MPv1.ID ? PDU.noSuchName : status,
                Math.min(1, command.getPDU().size()));
    }

    private <A extends Address> void get(CommandResponderEvent<A> command, MibTree objects, View view) {
        try {
            answerGet(command, objects, view);
        } catch (RuntimeException failed) {
            failures.failed(command.getPeerAddress(), "answer GET in a context", failed);
            refuse(command, PDU.genErr, Math.min(1, command.getPDU().size()));
        }
    }

    private <A extends Address> void answerGet(CommandResponderEvent<A> command, MibTree objects, View view) {
        PDU response = (PDU) command.getPDU().clone();
        response.setType(PDU.RESPONSE);
        boolean narrow = command.getMessageProcessingModel() == MPv1.ID;
        for (int i = 0; i < response.size(); i++) {
            OID instance = response.get(i).getOid();
            Variable value = view.shows(instance) ? objects.get(instance) : Null.noSuchObject;
            if (narrow && (value.isException() || value instanceof Counter64)) {
                refuse(command, PDU.noSuchName, i + 1);
                return;
            }
            response.get(i).setVariable(value);
        }
        if (response.getBERLength() > command.getMaxSizeResponsePDU()) {
            refuse(command, PDU.tooBig, 0);
            return;
        }
        sendResponse(command, response);
    }

    @Override
    protected <A extends Address> void finalizeRequest(
            CommandResponderEvent<A> command, SnmpRequest request, MOServer server) {
        try {
            if (command.getPDU().getType() == PDU.SET && request.getErrorStatus() != PDU.noError) {
                reportRefused(command, request);
            }
        } finally {
            super.finalizeRequest(command, request, server); // always: the library keeps unfinished requests
        }
    }

    /** Audits a refused SET of an authenticated user, as a successful one is audited. A SET by community is only counted. */
    private <A extends Address> void reportRefused(CommandResponderEvent<A> command, SnmpRequest request) {
        if (command.getSecurityLevel() != SecurityLevel.AUTH_PRIV) {
            failures.setByCommunity(command.getPeerAddress());
            return;
        }
        if (command.getPDU().size() == 0
                || requests.once(REFUSAL_AUDITED, AtomicBoolean::new).get()) {
            return;
        }
        int blamed = Math.max(0, request.getErrorIndex() - 1);
        failures.refusedSet(
                AUDIT,
                SubtreeObject.who(request),
                "set " + command.getPDU().get(blamed).getOid() + ", " + (blamed + 1) + " of "
                        + command.getPDU().size() + ": " + PDU.toErrorStatusText(request.getErrorStatus()));
    }

    private <A extends Address> void succeed(NextRequest<A> request) {
        NextResponseBuilder answer = new NextResponseBuilder(request);
        try {
            if (request.pdu().getType() == PDU.GETBULK && !answer.bulk()) {
                refuse(request.command(), PDU.tooBig, 0);
                return;
            }
            if (request.pdu().getType() == PDU.GETNEXT && !answer.next()) {
                refuse(request.command(), PDU.noSuchName, answer.variable());
                return;
            }
        } catch (NotReadyException later) {
            throw later;
        } catch (RuntimeException failed) {
            int variable = answer.variable();
            failures.failed(
                    request.command().getPeerAddress(),
                    "answer " + PDU.getTypeString(request.pdu().getType()),
                    failed);
            refuse(request.command(), PDU.genErr, variable);
            return;
        }
        sendResponse(request.command(), answer.response());
    }

    /** Answers with an error: with the request's bindings (RFC 1157, 4.1.3; RFC 3416, 4.2.2), or with none for tooBig. */
    private <A extends Address> void refuse(CommandResponderEvent<A> command, int status, int index) {
        PDU response = (PDU) command.getPDU().clone();
        if (status == PDU.tooBig) {
            response.clear();
        }
        response.setType(PDU.RESPONSE);
        response.setRequestID(command.getPDU().getRequestID());
        response.setErrorStatus(status);
        response.setErrorIndex(index);
        command.setProcessed(true);
        sendResponse(command, response);
    }

    /** Accepts no more requests for the background executor; those that wait have two seconds to be answered. */
    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                background.shutdownNow();
            }
        } catch (InterruptedException _) {
            background.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
