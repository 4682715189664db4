package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.proxy.config.AssumedRole;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who signs the calls of each account at one endpoint. Thread-safe. */
public sealed interface Signers {
    /**
     * The signer of an account's calls. Does not wait; what it returns is complete where nothing has to be had first, completes
     * within a few seconds otherwise, on any thread, and never fails: one that cannot sign says why.
     */
    CompletionStage<RequestSigner> of(AccountId account);

    /** One for all of them. */
    record Shared(RequestSigner signer) implements Signers {
        @Override
        public CompletionStage<RequestSigner> of(AccountId account) {
            return CompletableFuture.completedStage(signer);
        }
    }

    /**
     * One for each user of a role.
     *
     * @param sessions the sessions of its users
     * @param per how finely they are told apart
     * @param service signing name of the endpoint
     */
    record OfRole(RoleSessions sessions, AssumedRole.Per per, String service) implements Signers {
        @Override
        public CompletionStage<RequestSigner> of(AccountId account) {
            return sessions.signer(SessionUser.of(account, per), service);
        }
    }
}
