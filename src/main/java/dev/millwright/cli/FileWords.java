package dev.millwright.cli;

import dev.millwright.runtime.LogLine;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file, in words: Java's own message is often nothing but its name. */
final class FileWords {

  private FileWords() {}

  /** Why; without the file's name, except for errors that are of no known kind. */
  static String of(IOException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    } else if (error instanceof AccessDeniedException) {
      return "user " + System.getProperty("user.name") + " has no permission";
    } else if (error instanceof NotDirectoryException
        || error instanceof FileAlreadyExistsException) {
      return "there is a file where a folder should be";
    } else if (error instanceof FileSystemException told && told.getReason() != null) {
      return told.getReason();
    }
    return LogLine.cause(error);
  }

  /** Permission is a matter for another person than a full disk is. */
  static int exitCode(IOException error) {
    return error instanceof AccessDeniedException ? Exit.NO_PERMISSION : Exit.IO_ERROR;
  }
}
