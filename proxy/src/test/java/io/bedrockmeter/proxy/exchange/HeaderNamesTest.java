package io.bedrockmeter.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeaderNamesTest {
    @Test
    void findsEachNameInAnyCaseAndNoOther() {
        for (int size = 1; size <= 40; size++) {
            String[] names =
                    IntStream.range(0, size).mapToObj(i -> "x-name-" + i).toArray(String[]::new);
            HeaderNames set = HeaderNames.of(names);
            for (int i = 0; i < 60; i++) {
                String name = "X-Name-" + i;
                if (i < size) {
                    assertEquals(name.toLowerCase(Locale.ROOT), String.valueOf(set.find(name)));
                } else {
                    assertNull(set.find(name), name);
                }
            }
        }
    }
}
