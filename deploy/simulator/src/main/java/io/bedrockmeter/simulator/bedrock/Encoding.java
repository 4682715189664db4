package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.script.Fault;

/** How the events of a stream become bytes. */
interface Encoding {
    /** The bytes of event {@code number}, from 0. */
    byte[] event(Event event, long number);

    /** The bytes that tell of an error in the middle, after which nothing comes. */
    byte[] exception(Fault fault);

    /** Breaks the bytes of an event, so that its reader has to notice. */
    void corrupt(byte[] event);

    /** The bytes after the last event; may be none. */
    byte[] end();
}
