package io.bedrockmeter.simulator.traffic;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** The demo's client: one round of every call, or a varied load without end, through the unmodified AWS SDK. */
public final class Traffic {
    private static final int PAUSE_LEAST_MILLIS = 150;
    private static final int PAUSE_MOST_MILLIS = 1500;
    private static final int QUESTION_WORDS_MAX = 120;

    private final TrafficOptions options;

    private Traffic(TrafficOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws InterruptedException {
        TrafficOptions options;
        try {
            options = TrafficOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(TrafficOptions.USAGE);
            System.exit(2);
            return;
        }
        Traffic traffic = new Traffic(options);
        if (options.once()) {
            System.exit(traffic.once() ? 0 : 1);
        }
        traffic.forever();
    }

    /** One round, the callers taking turns; true where every call went as it should. */
    private boolean once() {
        List<SdkClients> callers = openAll();
        RandomGenerator random = random(1);
        int failed = 0;
        int turn = 0;
        for (DemoCall call : DemoCalls.all()) {
            SdkClients caller = callers.get(turn++ % callers.size());
            failed += make(call, caller, question(random), true) ? 0 : 1;
        }
        System.out.println(failed == 0 ? "all " + turn + " calls went as they should" : failed + " calls failed");
        callers.forEach(SdkClients::close);
        return failed == 0;
    }

    /** A load without end, a thread for each caller. */
    private void forever() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<SdkClients> callers = openAll();
        for (int index = 0; index < callers.size(); index++) {
            SdkClients caller = callers.get(index);
            RandomGenerator random = random(index + 2);
            threads.add(Thread.ofVirtual().name("caller-" + index).start(() -> load(caller, random)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void load(SdkClients caller, RandomGenerator random) {
        List<DemoCall> calls = DemoCalls.all();
        try {
            while (true) {
                make(calls.get(random.nextInt(calls.size())), caller, question(random), false);
                Thread.sleep(random.nextInt(PAUSE_LEAST_MILLIS, PAUSE_MOST_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean make(DemoCall call, SdkClients caller, String question, boolean printed) {
        try {
            String learnt = call.run().apply(caller, question);
            if (printed) {
                System.out.printf("ok      %-84s %s%n", call.name().strip(), learnt);
            }
            return true;
        } catch (SdkException | CompletionException | IllegalStateException | UncheckedIOException e) {
            System.out.printf("FAILED  %-84s %s%n", call.name().strip(), e.getMessage());
            return false;
        }
    }

    private List<SdkClients> openAll() {
        return options.keys().stream()
                .map(key -> SdkClients.open(options.endpoint(), options.region(), key))
                .toList();
    }

    /** Words of no meaning, more or fewer of them. */
    private static String question(RandomGenerator random) {
        return "what does the meter read today " + "and why ".repeat(random.nextInt(QUESTION_WORDS_MAX));
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
