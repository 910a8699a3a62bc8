package dev.crossfade.loadtest;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's value that has to be a whole number from 1 on. */
public final class Count implements ITypeConverter<Integer> {
  /** For picocli. */
  public Count() {}

  @Override
  public Integer convert(String value) {
    try {
      int count = Integer.parseInt(value);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new TypeConversionException("'" + value + "' is no whole number from 1 on");
  }
}
