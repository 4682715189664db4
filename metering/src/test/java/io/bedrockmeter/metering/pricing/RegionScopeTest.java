package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionScopeTest {
    @ParameterizedTest
    @CsvSource({
        "us-east-1, us-east-1 , us-east-2 us-gov-east-1",
        "commercial:*, us-east-1 eu-central-2 mx-central-1 ap-southeast-7 , us-gov-west-1 cn-north-1 us-iso-east-1 us-isob-east-1 eusc-de-east-1 eu-isoe-west-1 mars",
        "us-gov-*, us-gov-west-1 us-gov-east-1 , us-east-1 cn-north-1",
        "profile:us, us-east-1 us-west-2 , us-gov-west-1 ca-central-1 eu-west-1",
        "profile:eu, eu-west-1 eu-north-1 , eusc-de-east-1 us-east-1",
        "profile:apac, ap-south-1 ap-northeast-1 , us-east-1 eu-west-1",
        "profile:jp, ap-northeast-1 ap-northeast-3 , ap-northeast-2 us-east-1",
        "profile:au, ap-southeast-2 ap-southeast-4 , ap-southeast-1 us-east-1",
        "profile:geo, us-east-1 sa-east-1 , us-gov-west-1 cn-north-1",
        "profile:global, us-east-1 sa-east-1 , us-gov-west-1 cn-north-1",
        "default, us-east-1 , us-west-2 eu-west-1"
    })
    void coversItsSourceRegionsAndNoOther(String label, String inside, String outside) {
        RegionScope scope = RegionScope.parse(label);

        assertThat(List.of(inside.split(" "))).allMatch(scope::covers);
        assertThat(List.of(outside.split(" "))).noneMatch(scope::covers);
    }

    @Test
    void isNarrowerTheMoreItIsAboutOneRegion() {
        List<String> narrowestFirst = List.of("us-east-1", "commercial:*", "profile:us", "profile:geo", "default");

        assertThat(narrowestFirst.stream().map(RegionScope::parse).map(RegionScope::breadth))
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
