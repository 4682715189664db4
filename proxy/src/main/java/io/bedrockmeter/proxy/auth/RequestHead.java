package io.bedrockmeter.proxy.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a request as an authenticator sees it, whatever library parsed it. Confined to its event loop. */
public interface RequestHead {
    /** The method, as it came. */
    String method();

    /** The request target, raw. */
    String target();

    /** The only value of a header by case-insensitive name; null if there is none. */
    @Nullable
    String header(String name);

    /** All values of a header, in wire order. */
    List<String> headers(String name);
}
