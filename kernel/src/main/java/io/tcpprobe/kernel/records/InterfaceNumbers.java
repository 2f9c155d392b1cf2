package io.tcpprobe.kernel.records;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;

/** A bounded cache of the numbers of this host's network interfaces by name. Used by one thread at a time. */
final class InterfaceNumbers {
    private static final int MAX_NAMES = 256;

    private final Map<String, Integer> known = new HashMap<>();

    /** Returns the interface's number (ifindex); 0 if this host has no interface of that name. */
    int of(String name) {
        Integer number = known.get(name);
        if (number == null) {
            if (known.size() == MAX_NAMES) {
                known.clear();
            }
            number = ask(name);
            known.put(name, number);
        }
        return number;
    }

    private static int ask(String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            return found == null ? 0 : Math.max(found.getIndex(), 0);
        } catch (SocketException _) {
            return 0;
        }
    }
}
