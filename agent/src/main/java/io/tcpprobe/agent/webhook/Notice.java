package io.tcpprobe.agent.webhook;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener.Change;

/**
 * A change of an event, to be sent.
 *
 * @param change what happened
 * @param event the event
 * @param sinceNanos when, by the monotonic clock
 */
record Notice(Change change, Event event, long sinceNanos) {}
