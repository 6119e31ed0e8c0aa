package dev.millwright.device.opcua;

import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;

/** This side does not believe the server's certificate; the message says it all. */
final class ServerRefused extends UaException {

  private static final long serialVersionUID = 1L;

  ServerRefused(String message) {
    super(StatusCodes.Bad_CertificateInvalid, message);
  }
}
