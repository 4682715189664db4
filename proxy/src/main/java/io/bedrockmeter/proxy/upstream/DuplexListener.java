package io.bedrockmeter.proxy.upstream;

/**
 * Who is told what happens on an {@link UpstreamStream}, where request and answer pass at the same time: the answer's head may
 * come before the request's end, and its end too. A loss before that head is a {@link StreamRefusedException} if nothing was
 * processed.
 */
public interface DuplexListener extends UpstreamListener {
    /** More of the request can be sent without anything piling up, or no more can. */
    void onUpstreamWritabilityChanged();
}
