package dev.crossfade.admin;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The admin API's address and who may use it.
 *
 * @param address {@code host:port}; without a token it must be of the loopback
 * @param tokenFile holds the operator's token, who may all
 * @param viewerTokenFile holds the viewer's token, who may read
 */
public record AdminSettings(
    String address, @Nullable Path tokenFile, @Nullable Path viewerTokenFile) {}
