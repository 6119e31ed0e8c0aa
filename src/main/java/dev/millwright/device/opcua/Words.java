package dev.millwright.device.opcua;

import dev.millwright.settings.Durations;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaServiceFaultException;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/** Says in a technician's words what went wrong. */
final class Words {

  private static final Set<Long> CLOSED =
      Set.of(
          StatusCodes.Bad_ConnectionClosed,
          StatusCodes.Bad_SecureChannelClosed,
          StatusCodes.Bad_ServerNotConnected);

  /** What servers answer to a client whose certificate they do not believe. */
  private static final Set<Long> UNTRUSTED =
      Set.of(
          StatusCodes.Bad_SecurityChecksFailed,
          StatusCodes.Bad_CertificateUntrusted,
          StatusCodes.Bad_CertificateInvalid,
          StatusCodes.Bad_CertificateUriInvalid,
          StatusCodes.Bad_CertificateTimeInvalid,
          StatusCodes.Bad_CertificateUseNotAllowed);

  private static final Set<Long> NOT_LET_IN =
      Set.of(
          StatusCodes.Bad_UserAccessDenied,
          StatusCodes.Bad_IdentityTokenInvalid,
          StatusCodes.Bad_IdentityTokenRejected);

  private Words() {}

  /** The name of a status and, where the standard has one, its meaning. */
  static String of(StatusCode status) {
    return StatusCodes.lookup(status.value())
        .map(known -> known[1].isBlank() ? known[0] : known[0] + ": " + withoutFullStop(known[1]))
        .orElseGet(() -> "status 0x%08X".formatted(status.value()));
  }

  /** Why something could not be done that was to end within {@code limit}. */
  static String of(Throwable failure, Duration limit) {
    Throwable cause = root(failure);
    if (cause instanceof ServerRefused) {
      return cause.getMessage();
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host; is the name right, and does DNS answer?";
    }
    if (cause instanceof NoRouteToHostException) {
      return "no route to the host; is it on, and is the network right?";
    }
    if (cause instanceof ConnectException) {
      return cause.getMessage() != null && cause.getMessage().contains("refused")
          ? "connection refused; is the server running and listening on this port?"
          : "cannot connect: " + cause.getMessage();
    }
    StatusCode status = UaException.extractStatusCode(failure).orElse(null);
    if (cause instanceof TimeoutException || is(status, StatusCodes.Bad_Timeout)) {
      return "no answer within " + Durations.words(limit);
    }
    if (status != null && CLOSED.contains(status.value())) {
      return "the other side closed the connection; is this an OPC UA server, and does it trust this"
          + " daemon's certificate, if the link is a secured one?";
    }
    if (status != null && UNTRUSTED.contains(status.value())) {
      return of(status)
          + "; does the server trust this daemon's certificate? See: millwright trust own";
    }
    if (status != null && NOT_LET_IN.contains(status.value())) {
      return of(status)
          + "; does the server know this user, and is the password or the certificate right?";
    }
    if (cause instanceof java.io.IOException) {
      return "the connection broke: " + withoutAddress(cause.getMessage());
    }
    return status != null ? of(status) : cause.toString();
  }

  /** Whether the server has answered, with a refusal. */
  static boolean isRefusal(Throwable failure) {
    return UaException.extract(failure).orElse(null) instanceof UaServiceFaultException;
  }

  /** Whether nobody took the connection, so that a later attempt may find the server back. */
  static boolean isAbsence(Throwable failure) {
    Throwable cause = root(failure);
    return cause instanceof ConnectException || cause instanceof NoRouteToHostException;
  }

  /** Netty appends it, but not always: the same trouble would be told as another one each time. */
  private static String withoutAddress(String message) {
    return String.valueOf(message).replaceFirst(": [^ /]*/[0-9a-f.:\\[\\]%]+$", "");
  }

  private static boolean is(StatusCode status, long code) {
    return status != null && status.value() == code;
  }

  private static Throwable root(Throwable failure) {
    Throwable cause = failure;
    // Causes may form a circle; no chain that tells anything is this long.
    for (int depth = 0; depth < 20 && cause.getCause() != null; depth++) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        return cause;
      }
      boolean wrapper =
          cause instanceof ExecutionException
              || cause instanceof CompletionException
              || cause instanceof UaException;
      if (!wrapper) {
        return cause;
      }
      cause = cause.getCause();
    }
    return cause;
  }

  private static String withoutFullStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
