package dev.millwright.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which version of the program this is. */
public final class Build {

  private Build() {}

  /** As in the project's file. */
  public static String version() {
    Properties build = new Properties();
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own files cannot be read", e);
    }
    return build.getProperty("version");
  }
}
