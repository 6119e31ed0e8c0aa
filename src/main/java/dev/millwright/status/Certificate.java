package dev.millwright.status;

import java.time.Instant;

/**
 * A certificate that connections depend on.
 *
 * @param role {@code own} or {@code trusted}
 * @param name of whom it is
 * @param thumbprint of it, in hexadecimal digits
 * @param notAfter when it expires
 */
public record Certificate(String role, String name, String thumbprint, Instant notAfter) {}
