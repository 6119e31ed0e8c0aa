/** Shows how the plant and the daemon fare, over HTTP. It can look and never touch. */
package dev.millwright.status;
