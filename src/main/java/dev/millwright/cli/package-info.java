/**
 * Maps commands to the rest. Each command is a class; what it prints for people goes to standard
 * output, what went wrong to standard error, and the exit code is one of sysexits.h.
 */
package dev.millwright.cli;
