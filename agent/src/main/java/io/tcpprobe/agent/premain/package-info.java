/**
 * The way into a JVM that runs somebody else's application. The application's class loader sees this package and nothing
 * else of ours, so it uses the JDK only; and it is compiled for Java 8, because a JVM that cannot read the class named by
 * {@code -javaagent} ends before its application has begun. (No {@code @NullMarked}: javac for 8 does not know its targets.)
 */
package io.tcpprobe.agent.premain;
