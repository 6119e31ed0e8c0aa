package dev.millwright.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On an enum constant: how it is written in a file, where that is not its name in kebab-case
 * ({@code MODBUS_RTU} is {@code modbus-rtu}): {@code Basic256Sha256}. On a record's component: its
 * key, where that is a word that Java keeps for itself, such as {@code for}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Word {

  /** The word in the file. */
  String value();
}
