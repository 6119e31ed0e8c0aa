package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A reader who has the file, and others who come to wait for it, one after the other. */
final class Holding implements AutoCloseable {

  private static final long LIMIT_SECONDS = 30;

  private final Commits commits;
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private final Thread holder;
  private final List<Thread> others = new ArrayList<>();

  /** What a thread does here. */
  interface Work {
    void run() throws JournalException;
  }

  private Holding(Commits commits, boolean isFree) throws InterruptedException {
    this.commits = commits;
    this.holder = start(() -> commits.alone(this::hold));
    if (isFree) {
      awaitHeld();
    } else {
      awaitWaiting(holder);
    }
  }

  /** Has the file from now on. */
  static Holding of(Commits commits) throws InterruptedException {
    return new Holding(commits, true);
  }

  /** A reader who comes to have it after those who wait already. */
  Holding next() throws InterruptedException {
    return new Holding(commits, false);
  }

  private Void hold() {
    held.countDown();
    await(release);
    return null;
  }

  /** Until this reader has it. */
  void awaitHeld() {
    await(held);
  }

  /** Starts it; returns when it waits, so that the next one comes after it. */
  Thread waiting(Work work) throws InterruptedException {
    Thread thread = start(work);
    awaitWaiting(thread);
    others.add(thread);
    return thread;
  }

  /** Lets go of the file. */
  void release() {
    release.countDown();
  }

  /** Until all who came are done. */
  void awaitDone() throws InterruptedException {
    for (Thread other : others) {
      end(other);
    }
  }

  @Override
  public void close() throws InterruptedException {
    release();
    awaitDone();
    end(holder);
  }

  private static void end(Thread thread) throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    assertFalse(thread.isAlive(), thread + " is not done");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not within " + LIMIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (thread.getState() != Thread.State.WAITING && System.nanoTime() - until < 0) {
      Thread.sleep(5);
    }
  }

  /** Starts it. */
  static Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (JournalException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }
}
