package dev.millwright.simulator;

import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/** How far a server says that its values are to be trusted. */
enum Quality {
  GOOD,
  UNCERTAIN,
  BAD;

  StatusCode code() {
    return switch (this) {
      case GOOD -> StatusCode.GOOD;
      case UNCERTAIN -> StatusCode.UNCERTAIN;
      case BAD -> StatusCode.BAD;
    };
  }
}
