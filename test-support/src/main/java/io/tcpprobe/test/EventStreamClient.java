package io.tcpprobe.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of server-sent events at {@code /events}, which reads in its own thread. */
public final class EventStreamClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int SMALL_BUFFER_BYTES = 4096;

    private final Socket socket = new Socket();
    private final List<String> head = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private String lastId = "";
    private boolean ended;

    /**
     * A message.
     *
     * @param id the id in force with it; "" if there is none yet
     * @param event its type; "" for a block that is not a message
     * @param data its content
     */
    public record Message(String id, String event, String data) {}

    private EventStreamClient(InetSocketAddress server, String target, String headers, int receiveBuffer)
            throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(server, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Sends a request, and reads the answer.
     *
     * @param headers additional lines, each ended by CR LF
     */
    public static EventStreamClient open(InetSocketAddress server, String target, String headers) throws IOException {
        return new EventStreamClient(server, target, headers, 0).start();
    }

    /** Sends a request as a client with this last id; "" if it has none. */
    public static EventStreamClient resume(InetSocketAddress server, String lastId) throws IOException {
        return open(server, "/events", lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n");
    }

    /** Sends a request, and does not read the answer until {@link #start} is called; little of it fits into its buffer. */
    public static EventStreamClient stalled(InetSocketAddress server) throws IOException {
        return new EventStreamClient(server, "/events", "", SMALL_BUFFER_BYTES);
    }

    /** Begins to read. */
    public EventStreamClient start() {
        Thread.ofVirtual().start(this::run);
        return this;
    }

    /** Reads until the end. What is not ended by an empty line is not a message. */
    private void run() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                synchronized (this) {
                    head.add(line);
                }
            }
            String event = "";
            String data = "";
            String id = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (this) {
                    if (line.isEmpty()) {
                        lastId = id;
                        messages.add(new Message(lastId, event, data));
                        event = "";
                        data = "";
                    } else if (line.startsWith("id: ")) {
                        id = line.substring("id: ".length());
                    } else if (line.startsWith("event: ")) {
                        event = line.substring("event: ".length());
                    } else if (line.startsWith("data: ")) {
                        data = line.substring("data: ".length());
                    } else if (!line.startsWith(":") && !line.startsWith("retry: ")) {
                        event = "unexpected";
                        data = line;
                    }
                }
            }
        } catch (IOException closed) {
            // ended, as below
        }
        synchronized (this) {
            ended = true;
        }
    }

    /** Returns true if the server has begun to answer: for a client that does not read yet. */
    public boolean answered() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Returns the lines of the answer's head so far. */
    public synchronized List<String> head() {
        return List.copyOf(head);
    }

    /** Returns the messages so far, without heartbeats and other blocks that are not messages. */
    public synchronized List<Message> messages() {
        return messages.stream().filter(message -> !message.data().isEmpty()).toList();
    }

    /** Returns the types of the messages so far, with the ids of their events: "raised 7". */
    public List<String> changes() {
        return messages().stream()
                .map(message -> (message.event() + " "
                                + message.data()
                                        .replaceAll("^\\{\"id\":(\\d+),.*", "$1")
                                        .replaceAll("^\\{.*", ""))
                        .strip())
                .toList();
    }

    /** Returns the id with which this client would come back; "" if it has none. */
    public synchronized String lastId() {
        return lastId;
    }

    /** Returns true if the server has closed the connection. */
    public synchronized boolean ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
