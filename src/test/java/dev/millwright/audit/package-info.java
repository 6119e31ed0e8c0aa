/**
 * Holds what the database says against what the machines truly did and what was done to the daemon,
 * the links and the rows meanwhile. It knows the rules from DESIGN sections 2 to 4, and shares no
 * code with what it judges.
 */
package dev.millwright.audit;
