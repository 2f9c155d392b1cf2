package io.tcpprobe.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Collects the bytes of an answer in pieces, each charged to a budget. The first piece is free, so that small answers succeed
 * while large ones exhaust the budget.
 */
final class AnswerBuffer extends OutputStream {
    /** Size of the first piece; answers up to this size always succeed. */
    static final int FREE_BYTES = 16 * 1024;

    private static final int PIECE_BYTES = 64 * 1024;

    private final ByteBudget budget;
    private final Object client;
    private final List<byte[]> pieces = new ArrayList<>();
    private int used; // of the last piece
    private long reservedBytes;

    /** The answer is larger than the budget allows. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean temporary;

        TooLargeException(boolean temporary) {
            super(temporary ? "too many large answers at once" : "the answer is too large");
            this.temporary = temporary;
        }

        /** Returns true if the answer would fit if other answers did not use the budget. */
        boolean temporary() {
            return temporary;
        }
    }

    /** A position in the answer. */
    record Mark(int pieces, int used) {}

    AnswerBuffer(ByteBudget budget, Object client) {
        this.budget = budget;
        this.client = client;
    }

    @Override
    public void write(int one) throws TooLargeException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws TooLargeException {
        Objects.checkFromIndexSize(from, count, bytes.length);
        int done = 0;
        while (done < count) {
            if (pieces.isEmpty() || used == pieces.getLast().length) {
                grow();
            }
            byte[] last = pieces.getLast();
            int some = Math.min(count - done, last.length - used);
            System.arraycopy(bytes, from + done, last, used, some);
            used += some;
            done += some;
        }
    }

    private void grow() throws TooLargeException {
        if (pieces.isEmpty()) {
            pieces.add(new byte[FREE_BYTES]);
        } else {
            if (!budget.take(client, PIECE_BYTES)) {
                throw new TooLargeException(reservedBytes + PIECE_BYTES <= budget.largest());
            }
            reservedBytes += PIECE_BYTES;
            pieces.add(new byte[PIECE_BYTES]);
        }
        used = 0;
    }

    /** Returns the position of the next byte. */
    Mark mark() {
        return new Mark(pieces.size(), used);
    }

    /** Drops what was written after a mark. */
    void reset(Mark mark) {
        while (pieces.size() > Math.max(1, mark.pieces)) {
            pieces.removeLast();
            budget.release(client, PIECE_BYTES);
            reservedBytes -= PIECE_BYTES;
        }
        used = mark.pieces == 0 ? 0 : mark.used;
    }

    /** Returns the bytes written. */
    List<ByteBuffer> content() {
        List<ByteBuffer> content = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            byte[] piece = pieces.get(i);
            content.add(ByteBuffer.wrap(piece, 0, i == pieces.size() - 1 ? used : piece.length));
        }
        return content;
    }

    /** Returns the charged bytes to the budget; to be called once, when the content is no longer needed. */
    void release() {
        budget.release(client, reservedBytes);
        reservedBytes = 0;
    }
}
