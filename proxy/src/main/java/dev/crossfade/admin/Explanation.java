package dev.crossfade.admin;

import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * A decision, and what led to it.
 *
 * @param bucket where one was needed
 * @param rule the name of the rule that matched
 * @param anonymous by what a first request was sent where it goes; tells whether the bucket is one
 *     that the next such request gets as well
 */
public record Explanation(
    Side side,
    Reason reason,
    @Nullable Integer bucket,
    @Nullable String rule,
    @Nullable Anonymous anonymous) {}
