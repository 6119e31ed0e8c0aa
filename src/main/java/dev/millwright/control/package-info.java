/**
 * Takes commands to machines from people and programs on this host, over a Unix socket.
 *
 * <p>Who may is decided by the permissions of the socket's file. One connection is one command: a
 * JSON object on one line goes in, and a JSON object on a line of its own comes out for each piece
 * of news. It works with the database away.
 */
package dev.millwright.control;
