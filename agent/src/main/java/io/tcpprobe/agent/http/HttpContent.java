package io.tcpprobe.agent.http;

import io.tcpprobe.agent.about.AgentFacts;
import java.util.function.Supplier;

/**
 * What is served beside JSON.
 *
 * @param facts for the page
 * @param mib the text of TCPPROBE-MIB
 * @param looked is told when a request asks which MBeans there are, before it is answered
 */
public record HttpContent(AgentFacts facts, Supplier<String> mib, Runnable looked) {}
