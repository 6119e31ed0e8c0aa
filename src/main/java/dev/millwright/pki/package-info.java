/**
 * Certificates on disk: one's own, those of others that are trusted or were refused, and the
 * judgement on one that somebody presents (OPC 10000-4, 6.1.3). For both sides of OPC UA.
 */
package dev.millwright.pki;
