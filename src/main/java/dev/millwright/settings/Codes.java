package dev.millwright.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@code List<String>}: the items may be integers, texts and booleans, and arrive as text, so
 * that {@code 3} and {@code "3"} are the same code; see {@link
 * dev.millwright.device.TagValue#text()}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Codes {}
