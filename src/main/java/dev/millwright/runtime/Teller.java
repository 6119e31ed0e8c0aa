package dev.millwright.runtime;

import org.tinylog.Logger;

/** Where lines for technicians go: to the log, or to whoever has asked. */
public interface Teller {

  /** The log. */
  Teller LOG =
      new Teller() {
        @Override
        public void info(String line) {
          Logger.info(line);
        }

        @Override
        public void warn(String line) {
          Logger.warn(line);
        }

        @Override
        public void leftOut() {
          LogLine.countLeftOut();
        }
      };

  /** Something happened as it should. */
  void info(String line);

  /** Something is wrong, or odd. */
  void warn(String line);

  /** A line was not told, so as not to flood whoever reads them. */
  default void leftOut() {}
}
