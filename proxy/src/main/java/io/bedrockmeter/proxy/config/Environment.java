package io.bedrockmeter.proxy.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that {@code ${NAME}} and {@code ${NAME:-default}} in a value stand for. Immutable. */
final class Environment {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?}|\\$\\{");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * Replaces every reference in a text. A doubled dollar sign before a brace is a plain one; an empty variable counts as
     * unset.
     *
     * @throws IllegalArgumentException if a variable is not set and has no default, or a reference is malformed
     */
    String substitute(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacementOf(matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    /** Whether a text refers to a variable, so that what it stands for may be a secret. */
    static boolean isReference(String text) {
        return text.contains("${");
    }

    private String replacementOf(Matcher matcher) {
        String name = matcher.group("name");
        if (name == null) {
            if (matcher.group().startsWith("$$")) {
                return "${";
            }
            throw new IllegalArgumentException("has a malformed reference; write ${NAME} or ${NAME:-default}");
        }
        String value = variables.getOrDefault(name, "");
        if (!value.isEmpty()) {
            return value;
        }
        String fallback = matcher.group("fallback");
        if (fallback == null) {
            throw new IllegalArgumentException("needs the environment variable " + name
                    + ", which is not set; set it or write ${" + name + ":-default}");
        }
        return fallback;
    }
}
