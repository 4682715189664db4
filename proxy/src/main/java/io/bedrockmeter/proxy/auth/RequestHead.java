package io.bedrockmeter.proxy.auth;

import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The head of a request as an authenticator sees it, whatever library parsed it. Confined to its event loop. */
public interface RequestHead {
    /** The method, as it came. */
    String method();

    /** The request target, raw. */
    String target();

    /** The first value of a header by case-insensitive name; null if there is none. Only for names that are our own. */
    @Nullable
    String header(String name);

    /** All values of a header, in wire order. Only for names that are our own. */
    List<String> headers(String name);

    /** All header fields, in wire order. Names are as they came; the {@code :authority} of HTTP/2 is among them as host. */
    Iterator<Map.Entry<CharSequence, CharSequence>> fields();

    /** The address that the connection came from. */
    InetAddress source();

    /** The client certificate that the connection was opened with; null if there was none. */
    default @Nullable PeerCertificate certificate() {
        return null;
    }
}
