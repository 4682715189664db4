package io.bedrockmeter.simulator.traffic;

import java.util.function.BiFunction;

/**
 * One call of the demo.
 *
 * @param name operation, model and what is special about it
 * @param run makes the call, with a question of its own, and says what it learnt
 */
record DemoCall(String name, BiFunction<SdkClients, String, String> run) {}
