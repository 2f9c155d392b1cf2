package io.tcpprobe.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.ObjectName;

/** An application that does not know of the agent in its JVM. Responds to each line of standard input with one line. */
final class EmbeddingApplication {
    private EmbeddingApplication() {}

    public static void main(String[] arguments) throws IOException, JMException {
        TimeZone.getDefault(); // sets user.timezone: the JDK does this at its first use
        System.out.println("started");
        var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String question = questions.readLine();
        while (question != null) {
            System.out.println(answer(question));
            question = questions.readLine();
        }
        System.out.println("ended");
    }

    private static String answer(String question) throws JMException {
        return switch (question) {
            case "mbeans" ->
                String.valueOf(ManagementFactory.getPlatformMBeanServer()
                        .queryNames(new ObjectName("tcpprobe:*"), null)
                        .size());
            case "properties" -> new TreeSet<>(System.getProperties().stringPropertyNames()).toString();
            case "slf4j" -> seen("org.slf4j.LoggerFactory");
            case "agent" -> seen("io.tcpprobe.agent.Agent");
            case "work" -> work();
            default -> throw new IllegalArgumentException(question);
        };
    }

    /** Allocates 24 MB of heap at once, as applications sometimes do, and returns the result as text. */
    private static String work() {
        byte[][] taken = new byte[24][];
        long sum = 0;
        for (int i = 0; i < taken.length; i++) {
            taken[i] = new byte[1 << 20];
            taken[i][i] = 1;
        }
        for (byte[] one : taken) {
            for (byte octet : one) {
                sum += octet;
            }
        }
        return "worked " + sum;
    }

    private static String seen(String className) {
        try {
            return Class.forName(className).getName();
        } catch (ClassNotFoundException _) {
            return "unknown";
        }
    }
}
