package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.World;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No route that is served, or ever will be, can be called without a credential. */
final class UnsignedRoutesTest {
    @TempDir
    private Path folder;

    @Test
    void refusesEveryRouteWithoutACredential() {
        Keys keys = new Keys(folder);
        keys.create();
        try (World world = World.open(keys.section() + "\nlimits: {async-invocations: true}")) {
            for (RouteTable.Entry entry : RouteTable.all().entries()) {
                String prefix = entry.endpoint() == Endpoint.MANTLE ? Router.MANTLE_PREFIX : "";
                String path = prefix + entry.path().replaceAll("\\{[^}]*}", "a.b");

                RawResponse answer = world.raw()
                        .send(entry.method() + " " + path
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                        .response();

                assertThat(answer.status()).as(path).isEqualTo(403);
                assertThat(answer.header("x-amzn-ErrorType")).as(path).isEqualTo("MissingAuthenticationTokenException");
                assertThat(answer.header("Date")).as(path).isNotNull();
            }
            assertThat(world.rows()).isEmpty();
            assertThat(world.simulator().truth()).isEmpty();
        }
    }
}
