package io.bedrockmeter.proxy.exchange;

import static io.bedrockmeter.proxy.exchange.BodyRoom.Shortage.ALL;
import static io.bedrockmeter.proxy.exchange.BodyRoom.Shortage.OF_SOURCE;
import static io.bedrockmeter.proxy.exchange.BodyRoom.Shortage.STRANGERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private final BodyBudget all = new BodyBudget(100);
    private final BodyBudget strangers = new BodyBudget(60);
    private final Source source =
            Objects.requireNonNull(new Sources(() -> 0).connected(InetAddress.getLoopbackAddress(), 0));

    @Test
    void givesSomebodyKnownAllThereIs() {
        BodyRoom room = BodyRoom.of(all);

        assertThat(room.tryTake(100)).isTrue();
        assertThat(room.tryTake(1)).isFalse();
        assertThat(room.shortage()).isEqualTo(ALL);
        assertThat(room.shortageFor(1)).isEqualTo(ALL);
        room.giveBack();
        assertThat(all.heldBytes()).isZero();
    }

    @Test
    void boundsWhatIsHeldOfStrangersFromOneSourceAndOfAll() {
        BodyRoom first = stranger(40);
        BodyRoom second = stranger(60);

        assertThat(first.tryTake(40)).isTrue();
        assertThat(first.tryTake(1)).isFalse();
        assertThat(first.shortage()).isEqualTo(OF_SOURCE);
        assertThat(second.shortageFor(21)).isEqualTo(OF_SOURCE);
        assertThat(strangerFromElsewhere().shortageFor(21)).isEqualTo(STRANGERS);
        assertThat(strangerFromElsewhere().tryTake(21)).isFalse();
        assertThat(all.heldBytes()).isEqualTo(40);
        assertThat(strangers.heldBytes()).isEqualTo(40);
    }

    @Test
    void countsABodyAmongTheOthersOnceItsCallerHasProvedWhoItIs() {
        BodyRoom room = stranger(40);
        assertThat(room.tryTake(40)).isTrue();

        room.verified();

        assertThat(strangers.heldBytes()).isZero();
        assertThat(source.hasRoom(40, 40)).isTrue();
        assertThat(all.heldBytes()).isEqualTo(40);
        assertThat(room.tryTake(60)).as("as somebody known").isTrue();
    }

    @Test
    void givesEverythingBackOnce() {
        BodyRoom room = stranger(40);
        assertThat(room.tryTake(30)).isTrue();

        room.giveBack();
        room.giveBack();

        assertThat(all.heldBytes()).isZero();
        assertThat(strangers.heldBytes()).isZero();
        assertThat(source.hasRoom(40, 40)).isTrue();
        assertThat(source.hasRoom(41, 40)).isFalse();
    }

    private BodyRoom stranger(long ofSourceMax) {
        return BodyRoom.ofStranger(all, new BodyRoom.Strangers(strangers, source, ofSourceMax));
    }

    private BodyRoom strangerFromElsewhere() {
        Source other = Objects.requireNonNull(new Sources(() -> 0).connected(InetAddress.getLoopbackAddress(), 0));
        return BodyRoom.ofStranger(all, new BodyRoom.Strangers(strangers, other, 60));
    }
}
