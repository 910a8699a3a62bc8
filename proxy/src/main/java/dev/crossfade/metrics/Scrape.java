package dev.crossfade.metrics;

/**
 * The metrics in the form that was asked for.
 *
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scrape(String contentType, byte[] body) {}
