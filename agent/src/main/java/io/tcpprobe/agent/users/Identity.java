package io.tcpprobe.agent.users;

/**
 * The SNMP engine's identity and the users, whose keys are bound to it.
 *
 * @param engine the engine
 * @param users the users
 */
public record Identity(EngineFile engine, Users users) {}
