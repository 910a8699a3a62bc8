package dev.crossfade.app;

import dev.crossfade.cli.CrossfadeCommand;
import dev.crossfade.cli.ExitCode;
import dev.crossfade.cli.Programs;
import dev.crossfade.config.ConfigFile;
import dev.crossfade.demo.Demo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Starts the demo, asks it a few things and ends it, so that the classes of a start are loaded. */
final class WarmUp {
  private WarmUp() {}

  static ExitCode run(Programs programs) {
    try (Demo demo =
        Demo.start(
            new Demo.Ports(0, 0, 0, 0),
            Demo.Traffic.NONE,
            file -> RunningProxy.start(ConfigFile.load(file)))) {
      HttpClient client = HttpClient.newHttpClient();
      String site = "http://127.0.0.1:" + demo.port();
      String admin = "http://127.0.0.1:" + demo.adminPort();
      for (String address :
          new String[] {
            site + "/", site + "/cart", site + "/enable-upgrade.html", admin + "/metrics"
          }) {
        client.send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.discarding());
      }
      return CrossfadeCommand.execute(programs, "status", "--admin", admin) == 0
          ? ExitCode.DONE
          : ExitCode.OTHER;
    } catch (Exception e) {
      System.err.println("crossfade: the warm-up failed: " + e);
      return ExitCode.OTHER;
    }
  }
}
