package dev.millwright.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The key may be left out, and then means this. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {

  /**
   * The value as it would stand in the file, without quotation marks: {@code 5s}, {@code 9600},
   * {@code true}, {@code modbus-rtu}. For a list of texts it is the only item, or the empty text,
   * which means the empty list; for any other list and a map the empty text.
   */
  String value();
}
