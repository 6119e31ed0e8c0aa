package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;

/** The side of a simulated machine that a wire can see. Safe for use by several threads. */
interface Face extends AutoCloseable {

  /** From now on the machine shows this. */
  void show(Appearance appearance);

  /** From now on this takes what is written over the wire; until then nothing is taken. */
  void take(Panel panel);

  /** Takes the machine off the wire; bounded; never throws. */
  @Override
  void close();
}
