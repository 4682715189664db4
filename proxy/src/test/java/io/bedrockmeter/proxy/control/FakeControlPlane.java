package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.model.ModelRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A control plane that answers as it is told, and remembers what it was asked. Thread-safe. */
final class FakeControlPlane implements ControlPlane {
    private final Queue<Finding> answers = new ConcurrentLinkedQueue<>();
    private final List<String> questions = new ArrayList<>();
    private int asking;
    private int askingMost;

    /** The next answer; after the last one there is no such thing. */
    void answers(Finding finding) {
        answers.add(finding);
    }

    synchronized List<String> questions() {
        return List.copyOf(questions);
    }

    synchronized int askingMost() {
        return askingMost;
    }

    @Override
    public Finding find(ModelRef identifier) {
        begin(identifier);
        try {
            Finding finding = answers.poll();
            return finding == null ? nothing(Finding.Why.NOT_FOUND) : finding;
        } finally {
            end();
        }
    }

    static Finding nothing(Finding.Why why) {
        return new Finding.Nothing("GetInferenceProfile", why, "the fake says so");
    }

    static Finding model(String id) {
        return new Finding.Model("GetInferenceProfile", ModelRef.parse(id));
    }

    private synchronized void begin(ModelRef identifier) {
        questions.add(identifier.requested());
        askingMost = Math.max(askingMost, ++asking);
    }

    private synchronized void end() {
        asking--;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
