package io.bedrockmeter.proxy;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;

/**
 * The signal SIGHUP, by which operators ask a server to read its configuration again.
 *
 * <p>Java has no other way to it than {@code sun.misc.Signal} of the module {@code jdk.unsupported}, whose every mention is a
 * warning that cannot be suppressed. So it is looked up by name, which also serves platforms that have none.
 */
final class HangUp {
    private HangUp() {}

    /**
     * Has an action run, on a thread of its own, at each SIGHUP. False if none will come: the platform has no such signal to give, or
     * whoever started this process has it ignore them, as {@code nohup} does.
     */
    static boolean onSignal(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.publicLookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(action);
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("HUP"),
                            MethodHandleProxies.asInterfaceInstance(
                                    handler, MethodHandles.dropArguments(run, 0, signal)));
            return !handler.getField("SIG_IGN").get(null).equals(before);
        } catch (InvocationTargetException e) {
            // Windows has none; with -Xrs the virtual machine leaves it alone.
            return false;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
