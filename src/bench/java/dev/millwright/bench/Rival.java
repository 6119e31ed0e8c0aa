package dev.millwright.bench;

/** Another way to write down that machines change their state. */
interface Rival extends AutoCloseable {

  /** Writes so many transitions; when it returns, all are committed. */
  void persist(int transitions) throws Exception;

  @Override
  void close() throws Exception;
}
