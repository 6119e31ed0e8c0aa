package dev.millwright.bench.report;

/**
 * What it was measured on.
 *
 * @param processor its model
 * @param cores that the JVM may use
 * @param memoryMebibytes of the whole machine
 * @param kernel name, version and architecture
 * @param jdk its name and version
 * @param jvmFlags as the benchmark's JVM was given them
 * @param postgres its version, and where it came from
 * @param disk the file system that databases and journals were on, and its device
 */
public record Machine(
    String processor,
    int cores,
    double memoryMebibytes,
    String kernel,
    String jdk,
    String jvmFlags,
    String postgres,
    String disk) {}
