package io.bedrockmeter.proxy.auth;

import java.util.function.Function;

/**
 * Lets in whoever sends an API key of Amazon Bedrock, which goes on to AWS as it is, and is verified there: a call with a key that
 * is none is forwarded, refused by AWS, and costs nothing. Who the key says to be of decides whom its calls are charged to.
 * Thread-safe.
 */
public final class PassThrough implements Authenticator {
    private final Function<String, Terms> termsOf;

    /**
     * Attributes by these terms.
     *
     * @param termsOf the terms of a key's id; has some for every key
     */
    public PassThrough(Function<String, Terms> termsOf) {
        this.termsOf = termsOf;
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        return switch (Credential.of(head)) {
            case Credential.Unusable no -> no.why();
            case Credential.Signature signature -> Rejections.signatureNotPassable();
            case Credential.Bearer bearer -> {
                ApiKey key = ApiKey.of(bearer.token());
                yield key == null
                        ? Rejections.noApiKey()
                        : new Authentication.Accepted(new Caller(termsOf.apply(key.id()), null, () -> true, key));
            }
        };
    }
}
