package io.bedrockmeter.proxy.signing;

/**
 * What a signature needs of a canonical request.
 *
 * @param hash its SHA-256 as lower-case hex
 * @param signedHeaders the names of the headers in it, in order, separated by semicolons
 */
record CanonicalRequest(String hash, String signedHeaders) {}
