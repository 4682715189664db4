package io.bedrockmeter.bench;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What pricing a call costs where the book is large, and what loading such a book does. */
@State(Scope.Thread)
public class PricesBenchmark {
    private static final Usage USAGE = Usage.of(UsageUnit.INPUT, 1_200, UsageUnit.OUTPUT, 300)
            .with(UsageUnit.CACHE_READ, 4_000)
            .with(UsageUnit.CACHE_WRITE_5M, 500);

    private Path folder = Path.of("");
    private PriceBook book = PriceBook.bundled();
    private PricedCall[] calls = {};
    private int next;

    /** Writes the book, loads it, and makes a call of every model in one region. */
    @Setup(Level.Trial)
    public void write() throws IOException {
        folder = Files.createTempDirectory("bedrock-meter-book");
        LargeBook.write(folder);
        book = PriceBookFolder.read(folder);
        calls = new PricedCall[LargeBook.MODELS];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = PricedCall.of(
                    ModelRef.parse(LargeBook.model(i)), LargeBook.region(0), Instant.parse("2026-12-01T00:00:00Z"));
        }
    }

    /** One call of four units, of another model each time. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Fork(3)
    @Warmup(iterations = 5, time = 1)
    @Measurement(iterations = 5, time = 1)
    public Charge charge() {
        PricedCall call = calls[next];
        next = (next + 1) % calls.length;
        return book.charge(call, Served.SILENT, USAGE, false);
    }

    /** The most that the same call can cost, which is worked out before it goes out. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Fork(3)
    @Warmup(iterations = 5, time = 1)
    @Measurement(iterations = 5, time = 1)
    public Object worstCase() {
        PricedCall call = calls[next];
        next = (next + 1) % calls.length;
        return book.worstCase(call);
    }

    /** The book read from its folder by a process that has read one before. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Fork(5)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    public PriceBook load() throws IOException {
        return PriceBookFolder.read(folder);
    }
}
