package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.AgentFacts;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * What is served beside JSON.
 *
 * @param facts for the page
 * @param mib the text of TCPPROBE-MIB in UTF-8; the same read-only bytes for every request, as long as the text is the same
 * @param looked is told when a request asks which MBeans there are, before it is answered
 */
public record HttpContent(AgentFacts facts, Supplier<ByteBuffer> mib, Runnable looked) {}
