package dev.millwright.cli;

/**
 * What {@code doctor} has found of one thing.
 *
 * @param subject what was looked at
 * @param level how it is
 * @param words what was seen
 * @param advice what to do; null where nothing is to be done
 */
record Diagnosis(String subject, Level level, String words, String advice) {

  /** How grave it is. */
  enum Level {
    OK(Paint.GOOD),
    WARNING(Paint.ATTENTION),
    FAULT(Paint.BAD);

    private final Paint paint;

    Level(Paint paint) {
      this.paint = paint;
    }

    Paint paint() {
      return paint;
    }
  }

  static Diagnosis ok(String subject, String words) {
    return new Diagnosis(subject, Level.OK, words, null);
  }

  static Diagnosis warning(String subject, String words, String advice) {
    return new Diagnosis(subject, Level.WARNING, words, advice);
  }

  static Diagnosis fault(String subject, String words, String advice) {
    return new Diagnosis(subject, Level.FAULT, words, advice);
  }
}
