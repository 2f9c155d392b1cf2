package io.tcpprobe.config;

/**
 * Something that is wrong, said so that its reader can mend it.
 *
 * @param step what was being done: "set", "listen", "read"
 * @param object what it was done to: "probetime", "127.0.0.1:1161"
 * @param cause why it failed
 * @param remedy what to do about it
 */
public record Problem(String step, String object, String cause, String remedy) {
    @Override
    public String toString() {
        return step + " " + object + ": " + cause + "; " + remedy;
    }
}
