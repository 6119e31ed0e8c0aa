package dev.millwright.cli;

import dev.millwright.status.StatusSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The status page, by what it says of the daemon's health. */
final class DoctorPage {

  private static final Duration PATIENCE = Duration.ofMillis(1_500);

  /** Another program may have the port, and say anything at any length. */
  private static final int MOST_BYTES = 200;

  private DoctorPage() {}

  static List<Diagnosis> look(DoctorPatient patient) throws InterruptedException {
    StatusSettings settings = patient.main().section(StatusSettings.class);
    if (!settings.isOn() || settings.listen().endsWith(":0")) {
      return List.of(
          Diagnosis.ok(
              "status page",
              settings.isOn() ? "is at a free port, which the log tells" : "is turned off"));
    }
    // Who listens at all addresses is asked at one of them, as nobody is at that name.
    String url =
        "http://"
            + settings
                .listen()
                .replaceFirst("^0\\.0\\.0\\.0:", "127.0.0.1:")
                .replaceFirst("^\\[::]:", "[::1]:");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/healthz")).timeout(PATIENCE);
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token().reveal());
    }
    try {
      HttpResponse<InputStream> response =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      String said = said(response);
      return List.of(
          response.statusCode() == 200
              ? Diagnosis.ok("status page", url + " answers: " + said)
              : Diagnosis.warning(
                  "status page",
                  url + " answers with code " + response.statusCode() + ": " + said,
                  "see what it names; another program at that port is none of ours"));
    } catch (IOException e) {
      return List.of(
          Diagnosis.warning(
              "status page",
              url + " does not answer",
              patient.daemon() == null
                  ? "start the daemon"
                  : "see the log: another program may have the port ([status] listen)"));
    }
  }

  private static String said(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      String words = new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return words.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
  }
}
