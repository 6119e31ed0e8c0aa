package dev.millwright.settings;

/** What may be done with a tag: the key {@code access} of its table. */
public enum Access {
  /** It is observed and never written. */
  READ,
  /** It is written and never observed. */
  WRITE,
  /** Both. */
  READ_WRITE;

  /** A tag's table that says so, or implies it. */
  public interface Stated {

    /** Never null. */
    Access access();
  }

  /** Whether it is observed. */
  public boolean reads() {
    return this != WRITE;
  }

  /** Whether it may be written. */
  public boolean writes() {
    return this != READ;
  }
}
