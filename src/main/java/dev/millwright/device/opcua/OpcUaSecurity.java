package dev.millwright.device.opcua;

import dev.millwright.pki.Check;
import dev.millwright.pki.Pem;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Secret;
import dev.millwright.settings.Similar;
import dev.millwright.settings.Word;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;

/**
 * How a link is secured, and as whom its session is opened.
 *
 * @param policy the security policy (OPC 10000-7)
 * @param mode what happens to messages; {@code None} exactly when the policy is
 * @param user the user's name; null without one
 * @param password the user's; null exactly when there is no name
 * @param userCertificate the user's certificate, then its issuers'; empty without one
 * @param userKey the key of that certificate; null exactly when there is none
 * @param plainPassword whether the password may be sent where everybody on the network can read it
 * @param tolerate which checks of the server's certificate may fail
 */
record OpcUaSecurity(
    SecurityPolicy policy,
    MessageSecurityMode mode,
    String user,
    Secret password,
    List<X509Certificate> userCertificate,
    PrivateKey userKey,
    boolean plainPassword,
    Set<Check> tolerate) {

  /** What happens to the messages of a link whose policy is not {@code None}. */
  public enum Mode {
    /** They cannot be forged, but everybody on the network can read them. */
    @Word("Sign")
    SIGN,
    /** They can be neither forged nor read. */
    @Word("SignAndEncrypt")
    SIGN_AND_ENCRYPT
  }

  /** The same as it stands in a machine's file; what is null was not written. */
  record Written(
      String security,
      Mode mode,
      String user,
      Secret password,
      Secret userCertificate,
      Secret userKey,
      boolean plainPassword,
      List<Check> tolerate) {

    boolean isNone() {
      return SecurityPolicy.None.name().equals(security);
    }
  }

  static final SecurityPolicy DEFAULT = SecurityPolicy.Basic256Sha256;

  private static final Set<SecurityPolicy> DEPRECATED =
      Set.of(SecurityPolicy.Basic128Rsa15, SecurityPolicy.Basic256);

  private static final List<String> AVAILABLE =
      Stream.of(
              DEFAULT,
              SecurityPolicy.Aes128_Sha256_RsaOaep,
              SecurityPolicy.Aes256_Sha256_RsaPss,
              SecurityPolicy.None)
          .map(SecurityPolicy::name)
          .toList();

  OpcUaSecurity {
    userCertificate = List.copyOf(userCertificate);
    tolerate = Set.copyOf(tolerate);
  }

  /**
   * What a machine's file says.
   *
   * @throws IllegalArgumentException with every mistake
   */
  static OpcUaSecurity of(Written written) {
    Rules rules = new Rules();
    rules.also(() -> policy(written.security()));
    rules.require(
        !written.isNone() || written.mode() == null,
        "security_mode",
        "security = \"None\" has no mode; leave the key out");
    checkUser(rules, written);
    for (Check check : written.tolerate()) {
      rules.require(
          check.isTolerable(), "tolerate", "\"" + check.key() + "\" must not fail; " + tolerable());
    }
    rules.check();
    return new OpcUaSecurity(
        policy(written.security()),
        written.isNone() ? MessageSecurityMode.None : mode(written.mode()),
        written.user(),
        written.password(),
        written.userCertificate() == null
            ? List.of()
            : Pem.certificates(written.userCertificate().reveal()),
        written.userKey() == null ? null : Pem.privateKey(written.userKey().reveal()),
        written.plainPassword(),
        Set.copyOf(written.tolerate()));
  }

  private static void checkUser(Rules rules, Written written) {
    rules
        .name("user", written.user())
        .require(
            written.user() == null || written.userCertificate() == null,
            "user",
            "there is a user_certificate_file as well; a session has one user")
        .require(
            written.user() == null || written.password() != null,
            "password",
            "user \"" + written.user() + "\" needs a password_file")
        .require(
            written.user() != null || written.password() == null,
            "user",
            "whose is the password in password_file?")
        .require(
            written.userCertificate() == null || written.userKey() != null,
            "user_key",
            "the certificate in user_certificate_file needs its key, in user_key_file")
        .require(
            written.userCertificate() != null || written.userKey() == null,
            "user_certificate",
            "the key in user_key_file needs its certificate, in user_certificate_file")
        .require(
            !written.plainPassword() || written.user() != null,
            "plain_password",
            "there is no user whose password could be sent");
    if (written.userCertificate() != null && written.userKey() != null) {
      rules.also(() -> requireFit(written.userCertificate(), written.userKey()));
    }
  }

  /** What the session's user is known by. */
  UserTokenType tokenType() {
    if (user != null) {
      return UserTokenType.UserName;
    }
    return userCertificate.isEmpty() ? UserTokenType.Anonymous : UserTokenType.Certificate;
  }

  boolean isNone() {
    return policy == SecurityPolicy.None;
  }

  static boolean isDeprecated(SecurityPolicy policy) {
    return DEPRECATED.contains(policy);
  }

  private static SecurityPolicy policy(String name) {
    if (AVAILABLE.contains(name)) {
      return SecurityPolicy.valueOf(name);
    }
    if (DEPRECATED.stream().anyMatch(old -> old.name().equals(name))) {
      throw new IllegalArgumentException(
          "security: \"%s\" is deprecated since OPC UA 1.04, as it rests on SHA-1; it is not used"
                  .formatted(name)
              + " here. Let the server offer "
              + DEFAULT.name());
    }
    throw new IllegalArgumentException(
        "security: \"%s\" is not one of %s%s"
            .formatted(name, String.join(", ", AVAILABLE), Similar.hint(name, AVAILABLE)));
  }

  private static String tolerable() {
    return "only these may: "
        + Stream.of(Check.values())
            .filter(Check::isTolerable)
            .map(Check::key)
            .collect(Collectors.joining(", "));
  }

  private static MessageSecurityMode mode(Mode mode) {
    return mode == Mode.SIGN ? MessageSecurityMode.Sign : MessageSecurityMode.SignAndEncrypt;
  }

  private static void requireFit(Secret certificate, Secret key) {
    List<X509Certificate> certificates =
        named("user_certificate", () -> Pem.certificates(certificate.reveal()));
    PrivateKey secret = named("user_key", () -> Pem.privateKey(key.reveal()));
    if (!Pem.belong(certificates.get(0), secret)) {
      throw new IllegalArgumentException(
          "user_key: it is not the key of the first certificate in user_certificate_file");
    }
  }

  private interface Parsing<T> {
    T parse();
  }

  private static <T> T named(String key, Parsing<T> parsing) {
    try {
      return parsing.parse();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }
}
