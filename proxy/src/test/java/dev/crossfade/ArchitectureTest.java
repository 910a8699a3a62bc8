package dev.crossfade;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the packages. The one place where they stand is the line "May import" of each
 * package's {@code package-info}: packages of ours, then libraries behind a semicolon. The JDK and
 * JSpecify's annotations are free to all. A line that names what is not used fails too, so that the
 * arrows that are drawn are those that there are.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.crossfade.";
  private static final Path SOURCES = Path.of("src/main/java/dev/crossfade");
  private static final Pattern MAY_IMPORT = Pattern.compile("May import:([^.]*)\\.");

  /** What the lines call a library, and the packages that it is; the closest match counts. */
  private static final Map<String, Set<String>> LIBRARIES = libraries();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages("dev.crossfade");

  private static Map<String, Set<String>> libraries() {
    Map<String, Set<String>> libraries = new LinkedHashMap<>();
    libraries.put("Netty's buffers", Set.of("io.netty.buffer."));
    libraries.put("Netty", Set.of("io.netty."));
    libraries.put("Caffeine", Set.of("com.github.benmanes.caffeine."));
    libraries.put("hash4j", Set.of("com.dynatrace.hash4j."));
    libraries.put("SLF4J", Set.of("org.slf4j."));
    libraries.put("Jackson", Set.of("tools.jackson."));
    libraries.put("picocli", Set.of("picocli."));
    libraries.put("Micrometer", Set.of("io.micrometer.", "io.prometheus."));
    libraries.put("Typesafe Config", Set.of("com.typesafe.config."));
    return libraries;
  }

  static Stream<String> packages() {
    return CLASSES.stream().map(ArchitectureTest::packageOf).distinct().sorted();
  }

  static Stream<String> packagesWithArrows() {
    return packages().filter(name -> !name.equals("app"));
  }

  @ParameterizedTest
  @MethodSource("packagesWithArrows")
  void aPackageImportsExactlyWhatItsLineNames(String name) throws IOException {
    Set<String> allowed = lineOf(name);
    Map<String, String> used = usedBy(name, allowed);

    Map<String, String> unnamed = new TreeMap<>(used);
    unnamed.keySet().removeAll(allowed);
    assertThat(unnamed).as("used by %s, but not in its line", name).isEmpty();

    Set<String> unused = new TreeSet<>(allowed);
    unused.removeAll(used.keySet());
    assertThat(unused).as("in the line of %s, but not used", name).isEmpty();
  }

  /** What the line "May import" names. */
  private static Set<String> lineOf(String name) throws IOException {
    String text = Files.readString(SOURCES.resolve(name).resolve("package-info.java"));
    Matcher line = MAY_IMPORT.matcher(text.replaceAll("\\s*\\n \\*\\s*", " "));
    assertThat(line.find()).as("the line \"May import\" of %s", name).isTrue();
    Set<String> named = new TreeSet<>();
    for (String word : line.group(1).split("[,;]", -1)) {
      if (!word.strip().equals("nothing of ours")) {
        named.add(word.strip());
      }
    }
    return named;
  }

  /** What the classes of a package refer to, by the words of the lines, each with an example. */
  private static Map<String, String> usedBy(String name, Set<String> allowed) {
    Map<String, String> used = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      if (packageOf(type).equals(name)) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          String word = target.isPrimitive() ? name : wordFor(target, allowed);
          if (!word.equals(name) && !word.isEmpty()) {
            used.putIfAbsent(word, dependency.getDescription());
          }
        }
      }
    }
    return used;
  }

  /** The word for what the class belongs to; empty for what is free to all. */
  private static String wordFor(JavaClass target, Set<String> allowed) {
    String type = target.getName();
    if (type.startsWith(ROOT)) {
      return packageOf(target);
    }
    if (type.startsWith("java.")
        || type.startsWith("javax.")
        || type.startsWith("com.sun.net.httpserver.")
        || type.startsWith("org.jspecify.annotations.")) {
      return "";
    }
    String first = type;
    for (Map.Entry<String, Set<String>> library : LIBRARIES.entrySet()) {
      if (library.getValue().stream().anyMatch(type::startsWith)) {
        if (allowed.contains(library.getKey())) {
          return library.getKey();
        }
        first = library.getKey();
      }
    }
    return first;
  }

  private static String packageOf(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching("dev.crossfade.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nobodyImportsApp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.crossfade.app..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.crossfade.app..")
        .check(CLASSES);
  }

  /** What decides can be tested, benchmarked and read without a socket in sight. */
  @ParameterizedTest
  @MethodSource("packagesFreeOfNetty")
  void theDecisionKnowsNoNetty(String name) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  static Stream<String> packagesFreeOfNetty() {
    return Stream.of("split", "route", "plan", "time", "telemetry");
  }

  @Test
  void httpIsBytesAndBuffersAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.crossfade.http..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.crossfade.http..", "java..", "io.netty.buffer..", "org.jspecify.annotations..")
        .check(CLASSES);
  }

  /**
   * HTTP is read by our scanner alone: two readings of one message are how requests get lost. Of
   * HTTP/2 Netty reads the frames, and what it makes of them is ours to judge.
   */
  @Test
  void theDataPathUsesNoHttpCodec() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.crossfade.http..",
            "dev.crossfade.upstream..",
            "dev.crossfade.forward..",
            "dev.crossfade.server..")
        .and()
        // A probe is nobody's request.
        .haveNameNotMatching("dev\\.crossfade\\.upstream\\.NettyProber.*")
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<>(
                "are of Netty's codecs, but for a cumulator, what TLS throws, PROXY and HTTP/2") {
              @Override
              public boolean test(JavaClass type) {
                String name = type.getName();
                return name.startsWith("io.netty.handler.codec.")
                    && !name.startsWith("io.netty.handler.codec.ByteToMessageDecoder")
                    && !name.equals("io.netty.handler.codec.CodecException")
                    && !name.equals("io.netty.handler.codec.DecoderException")
                    && !name.startsWith("io.netty.handler.codec.haproxy.")
                    && !name.startsWith("io.netty.handler.codec.http2.")
                    // The compiler's bridges in what extends a collection of HTTP/2.
                    && !name.equals("io.netty.handler.codec.Headers");
              }
            })
        .check(CLASSES);
  }

  @Test
  void nobodyElseKnowsTheFramesOfHttp2() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.crossfade\\.server\\.Http2.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty.handler.codec.http2..")
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void everyPackageIsNullMarked(String name) {
    assertThat(CLASSES.getPackage(ROOT + name).isAnnotatedWith(NullMarked.class))
        .as("@NullMarked on %s", name)
        .isTrue();
  }

  /** Such a name says that somebody did not find the noun. */
  @Test
  void noNameIsAnEvasion() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Utils?|Helpers?|Impl|Base)(\\$.*)?")
        .check(CLASSES);
  }

  @Test
  void onlyProgramsWriteToStandardOutput() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.crossfade.cli..", "dev.crossfade.app..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void thereIsOneLog() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .check(CLASSES);
  }

  /** Time is a ticker, a deadline or a scheduled task; the screen of {@code watch} may wait. */
  @Test
  void theProxyNeverSleeps() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.crossfade.cli..")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .check(CLASSES);
  }
}
