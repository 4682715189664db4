package io.bedrockmeter.metering.batch;

import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.ResponseHead;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReaders;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.metering.usage.WireFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The model of a batch job and the way in which it is talked to: how each of its records is read and priced. Immutable.
 *
 * @param job the job
 * @param model the model that it names
 * @param format how the requests and answers of its records are written: {@link WireFormat#INVOKE_JSON} or {@link
 *     WireFormat#CONVERSE_JSON}
 * @param prices the book that prices it
 */
record BatchModel(BatchJob job, ModelRef model, WireFormat format, PriceBook prices) {
    /** An answer within a record has no head of its own. */
    private static final ResponseHead NO_HEAD = new ResponseHead() {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    };

    BatchModel {
        if (format != WireFormat.INVOKE_JSON && format != WireFormat.CONVERSE_JSON) {
            throw new IllegalArgumentException(
                    "a batch job's records are those of InvokeModel or Converse, not " + format);
        }
    }

    static BatchModel of(BatchJob job, WireFormat format, PriceBook prices) {
        return new BatchModel(job, ModelRef.parse(job.call().modelRequested()), format, prices);
    }

    /** What a record asks for; of no bytes if it has no request. */
    RequestFacts request(@Nullable ByteBuffer input) {
        if (input == null) {
            return RequestFacts.ofBytes(0);
        }
        RequestReader reader = RequestReader.open(format, model, name -> null, prices::named);
        reader.read(input);
        return reader.finish();
    }

    /** What a record's answer reports. */
    UsageReading usage(RequestFacts request, ByteBuffer output) {
        UsageReader reader = UsageReaders.open(format, model, request, NO_HEAD);
        reader.read(output);
        return reader.finish(true);
    }

    /** A record as a call to be priced. */
    PricedCall call(RequestFacts request) {
        return new PricedCall(
                model,
                job.call().region(),
                Endpoint.RUNTIME,
                format,
                request,
                job.call().startedAt());
    }
}
