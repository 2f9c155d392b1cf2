package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Runs net-snmp's programs against one agent with fixed credentials. Object ids are numeric, without a leading dot.
 *
 * @param tools where they run
 * @param agent the agent's address
 * @param access version and credentials, as options
 */
record Snmp(Tools tools, String agent, List<String> access) {
    /** No configuration of the user; no MIB files. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("SNMPCONFPATH", "/nonexistent", "SNMP_PERSISTENT_DIR", "/nonexistent", "MIBS", "");

    /**
     * The value of one object.
     *
     * @param oid its object id
     * @param type as net-snmp prints it: "INTEGER", "Counter32", "Hex-STRING"; for a missing object, the text printed instead
     * @param value the text that net-snmp prints after the type
     */
    record Varbind(String oid, String type, String value) {
        /** Returns the value as a number; times are in hundredths of a second. */
        long number() {
            String digits = value.replaceAll("^\\((\\d+)\\).*$", "$1"); // (123) 0:00:01.23
            return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
        }

        /** Returns an octet string. */
        byte[] bytes() {
            return HexFormat.of().parseHex(value.replaceAll("\\s", ""));
        }

        /** Returns an octet string as text. */
        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        /** Returns true if the object exists. */
        boolean present() {
            return !type.startsWith("No ");
        }
    }

    /** Returns a client that uses version 2c and a community. */
    static Snmp v2c(Tools tools, AgentProcess agent, String community) {
        return v2c(tools, agent.snmp(), community);
    }

    /** Returns the same for an agent of which only the address is known. */
    static Snmp v2c(Tools tools, String agent, String community) {
        return new Snmp(tools, agent, List.of("-v2c", "-c", community));
    }

    /** Returns a client that uses version 1 and a community. */
    static Snmp v1(Tools tools, AgentProcess agent, String community) {
        return new Snmp(tools, agent.snmp(), List.of("-v1", "-c", community));
    }

    /** Returns a client for a user with the same passphrase for authentication and privacy, with the level authPriv. */
    static Snmp v3(Tools tools, AgentProcess agent, String user, String passphrase) {
        return v3(tools, agent, "authPriv", user, passphrase);
    }

    /** Returns a client for a user with one of the security levels noAuthNoPriv, authNoPriv, authPriv. */
    static Snmp v3(Tools tools, AgentProcess agent, String level, String user, String passphrase) {
        return v3(tools, agent.snmp(), level, user, passphrase);
    }

    /** Returns the same for an agent of which only the address is known. */
    static Snmp v3(Tools tools, String agent, String level, String user, String passphrase) {
        List<String> access = new ArrayList<>(List.of("-v3", "-l", level, "-u", user));
        access.addAll(List.of("-a", "SHA-256", "-A", passphrase, "-x", "AES", "-X", passphrase));
        return new Snmp(tools, agent, List.copyOf(access));
    }

    /** Returns a client for a user with authPriv, and with protocols and passphrases of its own. */
    static Snmp v3(Tools tools, String agent, Snmp4jManager.Login login) {
        List<String> access = new ArrayList<>(List.of("-v3", "-l", "authPriv", "-u", login.name()));
        access.addAll(List.of("-a", login.authentication(), "-A", login.authenticationPassphrase()));
        access.addAll(List.of("-x", login.privacy(), "-X", login.privacyPassphrase()));
        return new Snmp(tools, agent, List.copyOf(access));
    }

    /** Returns the same with a longer timeout, for a slow agent. */
    Snmp patient() {
        List<String> longer = new ArrayList<>(access);
        longer.addAll(List.of("-t", "30")); // the last -t applies
        return new Snmp(tools, agent, List.copyOf(longer));
    }

    /** Runs one of the programs; does not check the result. */
    Tools.Result run(String program, String... arguments) {
        // n: numeric; e: numbers of enumerations; x: octet strings in hex; t is not set: times with their hundredths
        List<String> line = new ArrayList<>(List.of(program, "-Onex", "-t", "3", "-r", "2"));
        line.addAll(access);
        List<String> rest = new ArrayList<>(List.of(arguments));
        List<String> options =
                rest.stream().takeWhile(word -> word.startsWith("-")).toList();
        line.addAll(options);
        line.add(agent);
        line.addAll(rest.subList(options.size(), rest.size()));
        return tools.run(line, ENVIRONMENT, "");
    }

    /** Returns the values of objects, in the order of the ids, by one GET. */
    List<Varbind> get(List<String> oids) {
        return parse(run("snmpget", oids.toArray(String[]::new)).expectSuccess());
    }

    /** Returns the value of an object. */
    Varbind get(String oid) {
        return get(List.of(oid)).getFirst();
    }

    /** Returns all objects below one, by GETNEXT; fails if they do not come in order. */
    List<Varbind> walk(String oid) {
        return parse(run("snmpwalk", oid).expectSuccess());
    }

    /** Returns all objects below one, by GETBULK. */
    List<Varbind> bulkwalk(String oid) {
        return parse(run("snmpbulkwalk", "-Cr50", oid).expectSuccess());
    }

    /** Sets objects by one SET, each given by object id, type letter and value; does not check the result. */
    Tools.Result set(String... arguments) {
        return run("snmpset", arguments);
    }

    /**
     * Checks that a SET was refused.
     *
     * @param reason a regular expression for net-snmp's name of the error
     */
    static void assertRefused(Tools.Result result, String reason) {
        assertTrue(
                result.status() != 0 && result.all().matches("(?s).*Reason: \\(?" + reason + "\\b.*"),
                () -> "expected " + reason + ": " + result);
    }

    /** Parses the output of the programs, run with the options of {@link #run}. */
    static List<Varbind> parse(String printed) {
        List<Varbind> found = new ArrayList<>();
        for (String line : joinContinuations(printed)) {
            String[] sides = line.split(" = ", 2);
            int colon = sides[1].indexOf(": ");
            boolean typed = colon > 0 && !sides[1].startsWith("No "); // otherwise "No Such Object available ..."
            found.add(new Varbind(
                    sides[0].substring(1),
                    typed ? sides[1].substring(0, colon) : sides[1],
                    typed ? sides[1].substring(colon + 2).strip() : ""));
        }
        return found;
    }

    /** Octets are printed in lines of sixteen. */
    private static List<String> joinContinuations(String printed) {
        List<String> lines = new ArrayList<>();
        for (String line : printed.lines().toList()) {
            if (line.contains("No more variables left in this MIB View")) {
                continue; // after the last object
            }
            if (line.startsWith(".")) {
                lines.add(line.replaceAll(" = \"\"$", " = Hex-STRING: "));
            } else {
                lines.set(lines.size() - 1, lines.getLast() + " " + line);
            }
        }
        return lines;
    }
}
