package io.bedrockmeter.proxy.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.proxy.config.AssumedRole;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions over time: had once, renewed in time, and never replaced by anything else. */
final class RoleSessionsTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final SessionUser SEARCH = new SessionUser("search", "ranking", null);

    private volatile Instant now = START;
    private volatile boolean refuse;
    private volatile @Nullable CountDownLatch latch;
    private final List<SessionUser> asked = Collections.synchronizedList(new ArrayList<>());
    private final RoleSessions sessions = new RoleSessions(this::assume, "us-east-1", () -> now, () -> 5);

    @Test
    void hasASessionOnceForAllWhoAskAtTheSameTime() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        latch = closed;
        List<CompletionStage<RequestSigner>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(sessions.signer(SEARCH, "bedrock"));
        }
        closed.countDown();

        for (CompletionStage<RequestSigner> each : waiting) {
            assertThat(credential(each.toCompletableFuture().get(10, TimeUnit.SECONDS)))
                    .isEqualTo("ASIA-1");
        }
        assertThat(asked).containsExactly(SEARCH);
    }

    @Test
    void renewsASessionInTheBackgroundWhileTheOneBeforeServes() {
        signer();
        now = START.plus(Duration.ofMinutes(44));
        assertThat(credential(signer())).isEqualTo("ASIA-1");
        assertThat(asked).hasSize(1);

        // 75 percent of an hour, by the number that is drawn.
        now = START.plus(Duration.ofMinutes(45));
        CountDownLatch closed = new CountDownLatch(1);
        latch = closed;
        assertThat(credential(signer())).isEqualTo("ASIA-1");
        closed.countDown();

        await().untilAsserted(() -> assertThat(credential(signer())).isEqualTo("ASIA-2"));
        assertThat(asked).hasSize(2);
    }

    @Test
    void usesTheOneBeforeToItsEndWhereItCannotBeRenewedAndNothingAfter() {
        signer();
        refuse = true;
        now = START.plus(Duration.ofMinutes(59));
        assertThat(credential(signer())).isEqualTo("ASIA-1");
        await().until(() -> asked.size() == 2);

        now = START.plus(Duration.ofMinutes(60));

        assertThat(signer())
                .isInstanceOfSatisfying(
                        CannotSign.class, no -> assertThat(no.whyNot()).contains("AccessDenied"));
    }

    @Test
    void asksLessAndLessOftenAfterFailures() {
        refuse = true;
        List<Integer> counts = new ArrayList<>();
        for (int second = 0; second <= 16; second++) {
            now = START.plusSeconds(second);
            signer();
            counts.add(asked.size());
        }

        assertThat(counts).containsExactly(1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5);
    }

    @Test
    void keepsSoManyAndForgetsThoseThatWereNotUsedLongest() {
        SessionUser first = new SessionUser("team-0", null, null);
        for (int i = 0; i <= RoleSessions.SESSIONS_MAX; i++) {
            now = START.plusMillis(i);
            signer(new SessionUser("team-" + i, null, null));
        }

        await().until(() -> sessions.size() < RoleSessions.SESSIONS_MAX);
        int before = asked.size();
        signer(new SessionUser("team-" + RoleSessions.SESSIONS_MAX, null, null));
        assertThat(asked).hasSize(before);
        signer(first);
        assertThat(asked).hasSize(before + 1);
    }

    @Test
    void namesSessionsSoThatNoTwoUsersHaveOneName() {
        assertThat(new SessionUser("search", "ranking", null).sessionName()).isEqualTo("search,ranking");
        assertThat(new SessionUser("a/b", null, null).sessionName()).isEqualTo("a+b");
        assertThat(new SessionUser("x", null, null).sessionName()).matches("x=[0-9a-f]{16}");
        String one = new SessionUser("t".repeat(63), "a".repeat(63), null).sessionName();
        String two = new SessionUser("t".repeat(63), "a".repeat(62) + "b", null).sessionName();
        assertThat(one).hasSizeLessThanOrEqualTo(64).isNotEqualTo(two).matches("[\\w+=,.@-]{2,64}");
        String ofToken = new SessionUser("a", "b", "corp:robot=7C7").sessionName();
        assertThat(ofToken).matches("a,b,corp-robot=7C7=[0-9a-f]{16}");
    }

    @Test
    void tagsSessionsInTheCharactersOfAws() {
        SessionUser user = SessionUser.of(new AccountId("search", "a/b", "corp:x~0=7C"), AssumedRole.Per.KEY);

        assertThat(user.tags())
                .containsEntry("team", "search")
                .containsEntry("app", "a/b")
                .containsEntry("key", "corp:x=0=7C");
        assertThat(SessionUser.of(new AccountId("search", "b", "k"), AssumedRole.Per.TEAM))
                .isEqualTo(new SessionUser("search", null, null));
    }

    private RequestSigner signer() {
        return signer(SEARCH);
    }

    private RequestSigner signer(SessionUser user) {
        try {
            return sessions.signer(user, "bedrock").toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String credential(RequestSigner signer) {
        HttpHeaders headers = new DefaultHttpHeaders().set("host", "localhost");
        assertThat(signer.sign("POST", "/", headers, "0".repeat(64), START)).isTrue();
        String authorization = headers.get("authorization");
        int from = authorization.indexOf("Credential=") + "Credential=".length();
        return authorization.substring(from, authorization.indexOf('/', from));
    }

    private CredentialsSnapshot assume(SessionUser user) throws NoSessionException {
        asked.add(user);
        CountDownLatch closed = latch;
        try {
            if (closed != null) {
                closed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (refuse) {
            throw new NoSessionException("AccessDenied", "no", new IllegalStateException());
        }
        return new CredentialsSnapshot("ASIA-" + asked.size(), "secret", "token", now.plus(Duration.ofHours(1)));
    }
}
