package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.proxy.config.AssumedRole;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.Tag;

/** Sessions of one role, by AWS STS. Thread-safe. */
public final class StsRole implements RoleSource, AutoCloseable {
    private final StsClient sts;
    private final AssumedRole role;

    /** Sessions that a client asks for; it is closed with them. */
    public StsRole(StsClient sts, AssumedRole role) {
        this.sts = sts;
        this.role = role;
    }

    @Override
    public CredentialsSnapshot assume(SessionUser user) throws NoSessionException {
        String name = user.sessionName();
        AssumeRoleRequest.Builder request = AssumeRoleRequest.builder()
                .roleArn(role.arn())
                .roleSessionName(name)
                .durationSeconds(Math.toIntExact(role.duration().toSeconds()))
                .externalId(role.externalId());
        if (role.tags()) {
            List<Tag> tags = user.tags().entrySet().stream()
                    .map(tag -> Tag.builder()
                            .key(tag.getKey())
                            .value(tag.getValue())
                            .build())
                    .toList();
            request.tags(tags);
        }
        if (role.sourceIdentity()) {
            request.sourceIdentity(name);
        }
        try {
            Credentials session = sts.assumeRole(request.build()).credentials();
            return new CredentialsSnapshot(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken(), session.expiration());
        } catch (AwsServiceException e) {
            String code =
                    e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
            throw new NoSessionException(
                    code == null ? "status " + e.statusCode() : code, String.valueOf(e.getMessage()), e);
        } catch (SdkException e) {
            throw new NoSessionException("AWS STS cannot be reached", String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        sts.close();
    }
}
