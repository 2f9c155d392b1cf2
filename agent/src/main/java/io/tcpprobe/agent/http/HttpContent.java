package io.tcpprobe.agent.http;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * The content that is served besides JSON and the page.
 *
 * @param mib the text of TCPPROBE-MIB in UTF-8; the same read-only bytes for every request while the text is unchanged
 * @param onAccess run before a request that asks which MBeans there are is answered
 * @param events the readers of events
 */
record HttpContent(Supplier<ByteBuffer> mib, Runnable onAccess, EventReaders events) {}
