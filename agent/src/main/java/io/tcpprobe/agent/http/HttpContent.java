package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.RequestCounts;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * The content that is served besides JSON and the page.
 *
 * @param mib the text of TCPPROBE-MIB in UTF-8; the same read-only bytes for every request while the text is unchanged
 * @param onAccess run before a request that asks which MBeans there are is answered
 * @param events the readers of events
 * @param metrics the metrics
 * @param counts counts the requests
 */
record HttpContent(
        Supplier<ByteBuffer> mib,
        Runnable onAccess,
        EventReaders events,
        MetricsResource metrics,
        RequestCounts counts) {}
