/**
 * A small HTTP/1.1 server (RFC 9110, 9112). One thread reads and writes all connections, so that a slow client costs a few
 * hundred bytes and no thread; a request is passed to the handler when it is complete.
 */
@NullMarked
package io.tcpprobe.agent.http.server;

import org.jspecify.annotations.NullMarked;
