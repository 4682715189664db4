package io.bedrockmeter.simulator;

import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A simulator that runs as long as a class of tests, forgets everything before each of them, and has clients of the SDK. */
final class Running implements BeforeEachCallback, AfterAllCallback {
    private final Simulator simulator;
    private final Clients clients;

    private Running(SimulatorOptions options) {
        this.simulator = Simulator.start(options);
        this.clients = new Clients(simulator.endpoint(), SimulatorOptions.DEFAULT_SECRET_KEY);
    }

    /** One that verifies signatures. */
    static Running byDefault() {
        return with(SimulatorOptions.defaults());
    }

    static Running with(SimulatorOptions options) {
        return new Running(options);
    }

    Simulator simulator() {
        return simulator;
    }

    /** Clients whose signatures it takes, without retries. */
    Clients clients() {
        return clients;
    }

    /** What it wrote down last. */
    TruthEntry truth() {
        List<TruthEntry> all = simulator.truth();
        return all.get(all.size() - 1);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        simulator.reset();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        clients.close();
        simulator.close();
    }
}
