package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"0,0,0", "100,100,100", "64KiB,65536,64KiB", "25 MB,25000000,25MB", "1GiB,1073741824,1GiB", "7B,7,7"})
    void readsAndPrintsASize(String text, long bytes, String printed) {
        ByteSize size = ByteSize.parse(text);

        assertThat(size).returns(bytes, ByteSize::bytes).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "-1", "1.5MB", "1TB", "64kib", "9223372036854775808", "9223372036854775807KB"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
