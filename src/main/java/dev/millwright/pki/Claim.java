package dev.millwright.pki;

/**
 * Who presents a certificate.
 *
 * @param endpoint where, as people know it: a server's URL, or a client's address
 * @param applicationUri as it calls itself (its ApplicationDescription); null where it has not yet
 * @param host the name or address by which the server was asked for; null where that does not
 *     matter
 * @param isServer whether it is a server, else a client
 */
public record Claim(String endpoint, String applicationUri, String host, boolean isServer) {}
