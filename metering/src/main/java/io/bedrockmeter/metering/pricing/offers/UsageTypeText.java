package io.bedrockmeter.metering.pricing.offers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A usage type taken apart into the model it begins with, if it does, and words. Immutable.
 *
 * <p>Three spellings are in use: {@code USE1-NovaMicro-input-tokens-batch}, {@code USE1-MP:USE1_InputTokenCount_Batch-Units}
 * and {@code input_tokens_batch}. They become the same words.
 *
 * @param model what stands before the first word that is about a price; empty in offers that name the model elsewhere
 * @param words the rest, in lower case
 */
record UsageTypeText(String model, List<String> words) {
    private static final Pattern MARKETPLACE_PREFIX = Pattern.compile("^[A-Z0-9]+-MP:[A-Z0-9]+[_-]");

    /** Billing prefixes of regions. They only are cut off: which region a row is for, its region code says. */
    private static final Pattern REGION_PREFIX = Pattern.compile(
            "^(?:(?:US[EW]|AP[ENS]|EU[CNSW]|CA[NW]|SA[EW]|M[EX][CSE]|IL[C]|AF[S]|UG[EW])[0-9]{1,2}|EU|CPT|MEC1|MES1)[-_]");

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private static final Set<String> FIRST_WORDS = Set.of(
            "mantle",
            "input",
            "output",
            "cache",
            "cached",
            "batch",
            "million",
            "provisioned",
            "customization",
            "custom",
            "reserved",
            "t2i",
            "i2i",
            "speech",
            "audio",
            "search",
            "nova-grounding",
            "medfps",
            "hdresolution",
            "created",
            "text",
            "guardrail",
            "websearch");

    UsageTypeText {
        words = List.copyOf(words);
    }

    static UsageTypeText of(String usageType) {
        String text = MARKETPLACE_PREFIX.matcher(usageType).replaceFirst("");
        boolean named = text.length() == usageType.length();
        text = REGION_PREFIX.matcher(text).replaceFirst("");
        List<String> all = words(text);
        int first = 0;
        while (named && first < all.size() && !FIRST_WORDS.contains(all.get(first)) && !isGrounding(all, first)) {
            first++;
        }
        return first == all.size()
                ? new UsageTypeText("", all)
                : new UsageTypeText(String.join("-", all.subList(0, first)), all.subList(first, all.size()));
    }

    private static boolean isGrounding(List<String> words, int at) {
        return words.get(at).equals("nova")
                && at + 1 < words.size()
                && words.get(at + 1).equals("grounding");
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String part : text.split("[-_ ]", -1)) {
            Matcher hump = HUMP.matcher(part);
            words.addAll(
                    Arrays.asList(hump.replaceAll(" ").toLowerCase(Locale.ROOT).split(" ", -1)));
        }
        words.removeIf(String::isEmpty);
        if (!words.isEmpty() && words.getLast().equals("units")) {
            words.removeLast();
        }
        return words;
    }

    /** Whether all of these words are in it. */
    boolean has(String... wanted) {
        return words.containsAll(Arrays.asList(wanted));
    }

    /** Whether any of these words is in it. */
    boolean hasAny(String... wanted) {
        return Arrays.stream(wanted).anyMatch(words::contains);
    }

    /** Whether these words follow one another in it. */
    boolean hasPhrase(String phrase) {
        return ("-" + String.join("-", words) + "-").contains("-" + phrase + "-");
    }

    /** The words that are none of these. */
    Set<String> without(Set<String> known) {
        Set<String> others = new HashSet<>(words);
        others.removeAll(known);
        return others;
    }
}
