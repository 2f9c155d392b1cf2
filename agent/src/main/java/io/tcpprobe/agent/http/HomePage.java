package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.AgentFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The page for people: an overview with links.
 *
 * @param template the text of home.html, with placeholders in braces
 */
record HomePage(String template) {
    /** Loads the template from the jar. */
    static HomePage load() {
        try (InputStream resource = HomePage.class.getResourceAsStream("home.html")) {
            if (resource == null) {
                throw new IllegalStateException("home.html is missing in the jar");
            }
            return new HomePage(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new IllegalStateException("home.html cannot be read", broken);
        }
    }

    /**
     * Returns the page with all placeholders replaced.
     *
     * @param address the address at which the page was requested: "127.0.0.1:8778"
     */
    String of(AgentFacts facts, String address) {
        String refused = facts.sourcesRefused().isEmpty() ? "" : " (" + facts.sourcesRefused() + ")";
        return template.replace("{host}", escape(facts.hostName()))
                .replace("{version}", escape(facts.version()))
                .replace("{source}", escape(facts.sourceName() + refused))
                .replace("{kernel}", escape(facts.kernelRelease()))
                .replace("{started}", escape(facts.startedAt().toString()))
                .replace("{address}", escape(address));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("{", "&#123;"); // placeholders inside inserted values are not replaced
    }
}
