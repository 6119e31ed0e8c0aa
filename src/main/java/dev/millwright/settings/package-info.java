/**
 * The words in which a feature describes its settings: a record, whose components are the keys of a
 * table in a configuration file, with these annotations and types. JDK only, so that every package
 * may use it (decision 0041).
 *
 * <p>The key is the component's name in snake_case. A component without annotation is a key that
 * must be given. A record judges its own values in its compact constructor, by {@link
 * dev.millwright.settings.Rules} or by an {@link IllegalArgumentException} whose message begins
 * with the key and a colon. So that all mistakes are told at once, the constructor is also called
 * when a component's value was refused already: that component then has its default, or is empty,
 * zero or null, and a complaint about it is dropped. A rule over two components says nothing where
 * one is null.
 */
package dev.millwright.settings;
