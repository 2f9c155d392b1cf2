package io.tcpprobe.agent.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The values that belong to one request. Everything that a request needs is read once: the whole response comes from the same snapshots,
 * however long the request runs. Outside of a request, each caller gets the current value.
 */
public final class RequestScope {
    private final ScopedValue<Map<Object, Object>> values = ScopedValue.newInstance();

    /** Runs a request on this thread; every {@link #once} with the same key returns the same value until it ends. */
    public void run(Runnable request) {
        ScopedValue.where(values, new HashMap<>()).run(request);
    }

    /**
     * Returns the request's value of a key, which the first call supplies; outside of a request, a new value at each call.
     *
     * @param key identifies the value within the request: the cache or table that it comes from
     */
    @SuppressWarnings("unchecked") // the value of a key has the type that its first supplier returned
    public <T> T once(Object key, Supplier<T> first) {
        if (!values.isBound()) {
            return first.get();
        }
        Map<Object, Object> known = values.get();
        T value = (T) known.get(key);
        if (value == null) {
            value = first.get(); // the supplier may call once for other keys
            known.put(key, value);
        }
        return value;
    }

    /**
     * Returns true if {@link #once} returns without blocking.
     *
     * @param available returns the value if it is available without blocking; the request keeps it, because it might be too old later
     */
    public <T> boolean ready(Object key, Supplier<Optional<T>> available) {
        if (values.isBound() && values.get().containsKey(key)) {
            return true;
        }
        Optional<T> found = available.get();
        if (values.isBound() && found.isPresent()) {
            values.get().put(key, found.get());
        }
        return found.isPresent();
    }
}
