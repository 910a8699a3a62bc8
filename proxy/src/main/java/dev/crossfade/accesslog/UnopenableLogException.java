package dev.crossfade.accesslog;

import java.io.IOException;
import java.nio.file.Path;

/** The file of the access log can't be opened. The message is for operators. */
public final class UnopenableLogException extends IOException {
  UnopenableLogException(Path file, IOException cause) {
    super(
        "crossfade.access-log.file: " + file + " can't be opened: " + LogFile.reason(cause) + ".",
        cause);
  }
}
