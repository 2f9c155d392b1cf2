package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;

/**
 * What an event is about.
 *
 * @param kind its kind
 * @param name which one: "192.0.2.0/24", ":443", "nginx (4711)", "10.0.0.1:80 - 10.0.0.2:4711", the host's name; at most
 *     {@value #MAX_NAME} characters
 */
public record EventSubject(EventRule.Subject kind, String name) {
    /** Characters of a name. */
    public static final int MAX_NAME = 128;

    public EventSubject {
        if (name.length() > MAX_NAME) {
            name = name.substring(0, MAX_NAME);
        }
    }
}
