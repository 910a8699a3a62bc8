package dev.crossfade.app;

import dev.crossfade.cli.CrossfadeCommand;
import dev.crossfade.cli.DemoOptions;
import dev.crossfade.cli.DemoShopOptions;
import dev.crossfade.cli.ExitCode;
import dev.crossfade.cli.Programs;
import dev.crossfade.demo.DemoShop;
import dev.crossfade.demo.FolderSessions;
import dev.crossfade.demo.MemorySessions;
import dev.crossfade.demo.SessionStore;
import dev.crossfade.demo.ShopVersion;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Where the program begins. */
public final class Main implements Programs {
  private Main() {}

  /** Runs a command; see {@code crossfade --help}. */
  public static void main(String[] args) {
    System.exit(CrossfadeCommand.execute(new Main(), args));
  }

  @Override
  public ExitCode run(@Nullable Path configuration) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode check(@Nullable Path configuration) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode demo(DemoOptions options) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode demoShop(DemoShopOptions options) {
    try (DemoShop shop =
        DemoShop.start(
            options.newSide() ? ShopVersion.NEW : ShopVersion.OLD,
            new InetSocketAddress(options.host(), options.port()),
            sessions(options.sessions()))) {
      System.out.println(
          "ready at http://" + options.host() + ":" + shop.address().getPort() + "/");
      new CountDownLatch(1).await();
      return ExitCode.DONE;
    } catch (BindException e) {
      System.err.println("crossfade: " + e.getMessage());
      return ExitCode.ADDRESS_IN_USE;
    } catch (IOException e) {
      System.err.println("crossfade: " + e);
      return ExitCode.OTHER;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }

  private static SessionStore sessions(@Nullable Path folder) throws IOException {
    return folder == null ? new MemorySessions(100_000) : new FolderSessions(folder, 10_000);
  }

  @Override
  public ExitCode warmUp() {
    CrossfadeCommand.execute(this, "status", "--admin", "http://127.0.0.1:1");
    return ExitCode.DONE;
  }
}
