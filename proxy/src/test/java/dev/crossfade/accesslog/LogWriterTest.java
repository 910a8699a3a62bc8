package dev.crossfade.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.crossfade.testing.TickerByHand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever becomes of the file: whole lines, each once, or counted as lost. */
class LogWriterTest {
  private static final Path LOG = Path.of("access.log");
  private static final Path OLDER = Path.of("access.log.1");

  private final DiskByHand disk = new DiskByHand();
  private final TickerByHand ticker = new TickerByHand();
  private final LogWriter writer = new LogWriter(disk, ticker);
  private final LineRing ring = new LineRing(1000);
  private final LineRing other = new LineRing(1000);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(LogWriter.class);

  @BeforeEach
  void begin() throws IOException {
    told.start();
    log.addAppender(told);
    writer.add(ring);
    writer.add(other);
    writer.goOnIn(LOG, disk.open(LOG));
    writer.pump();
  }

  @AfterEach
  void listenNoMore() {
    log.detachAppender(told);
  }

  private static void line(LineRing ring, String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.US_ASCII);
    assertThat(ring.offer(bytes, bytes.length)).isTrue();
  }

  private List<String> messages() {
    return told.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void waitForARetry() {
    ticker.advance(LogWriter.RETRY);
    writer.pump();
  }

  @Test
  void linesOfAllLoopsAreWrittenAndCounted() {
    line(ring, "one");
    line(other, "two");
    line(ring, "three");
    assertThat(writer.isIdle()).isFalse();
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\nthree\ntwo\n");
    assertThat(writer.written()).isEqualTo(3);
    assertThat(writer.dropped()).isZero();
    assertThat(writer.isIdle()).isTrue();
  }

  @Test
  void aWriteThatTakesLittleAtATimeGoesOn() {
    disk.atATime = 2;
    line(ring, "one");
    line(ring, "two");
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\ntwo\n");
    assertThat(writer.written()).isEqualTo(2);
  }

  @Test
  void aFullDiskKeepsLinesInTheQueueAndIsToldOnce() {
    disk.room = 4;
    line(ring, "one");
    line(ring, "two");
    for (int i = 0; i < 3; i++) {
      writer.pump();
      waitForARetry();
    }
    assertThat(disk.text(LOG)).isEqualTo("one\n");
    assertThat(writer.written()).isEqualTo(1);
    assertThat(writer.isIdle()).isFalse();
    assertThat(messages()).singleElement().asString().contains("access.log", "No space left");
    disk.room = 100;
    line(ring, "three");
    waitForARetry();
    assertThat(disk.text(LOG)).isEqualTo("one\ntwo\nthree\n");
    assertThat(writer.written()).isEqualTo(3);
    assertThat(writer.dropped()).isZero();
    assertThat(messages()).hasSize(2).last().asString().contains("written again", "0 lines");
  }

  @Test
  void aLineThatWasCutByAFullDiskComesAgainAsAWhole() {
    disk.room = 6;
    line(ring, "one");
    line(ring, "two");
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\ntw");
    disk.room = 100;
    waitForARetry();
    assertThat(disk.text(LOG)).as("its part is ended").isEqualTo("one\ntw\ntwo\n");
    assertThat(writer.written()).isEqualTo(2);
  }

  @Test
  void betweenTwoAttemptsTheFileIsLeftAlone() {
    disk.room = 0;
    line(ring, "one");
    writer.pump();
    int opened = disk.opened.size();
    disk.room = 100;
    ticker.advance(LogWriter.RETRY.minus(Duration.ofNanos(1)));
    writer.pump();
    assertThat(disk.opened).hasSize(opened);
    assertThat(disk.text(LOG)).isEmpty();
    ticker.advance(Duration.ofNanos(1));
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\n");
  }

  @Test
  void whatWaitsWhenTheFileIsOpenedAnewGoesIntoTheOldOne() {
    line(ring, "one");
    disk.rename(LOG, OLDER);
    writer.reopen();
    writer.pump();
    line(ring, "two");
    writer.pump();
    assertThat(disk.text(OLDER)).isEqualTo("one\n");
    assertThat(disk.text(LOG)).isEqualTo("two\n");
    assertThat(disk.opened.get(0).isOpen()).isFalse();
    assertThat(writer.written()).isEqualTo(2);
    assertThat(messages()).isEmpty();
  }

  @Test
  void whereTheNewFileCanNotBeMadeTheOldOneTakesOn() {
    disk.rename(LOG, OLDER);
    disk.closed = new AccessDeniedException("access.log");
    writer.reopen();
    writer.pump();
    line(ring, "one");
    writer.pump();
    waitForARetry();
    assertThat(disk.text(OLDER)).isEqualTo("one\n");
    assertThat(messages()).singleElement().asString().contains("permission denied");
    disk.closed = null;
    waitForARetry();
    line(ring, "two");
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("two\n");
    assertThat(messages()).hasSize(2);
  }

  @Test
  void withItsFolderGoneLinesWaitAndAreTakenByTheNextOneThatIsThere() {
    disk.files.clear();
    disk.closed = new NoSuchFileException("access.log");
    writer.reopen();
    writer.pump();
    line(ring, "one");
    writer.pump();
    assertThat(disk.opened.get(0).isOpen()).as("of the file that is gone").isFalse();
    assertThat(messages()).singleElement().asString().contains("its folder is missing");
    disk.closed = null;
    writer.reopen();
    writer.pump();
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\n");
    assertThat(writer.dropped()).isZero();
  }

  @Test
  void anotherFileTakesOnBehindWhatWaits() throws IOException {
    line(ring, "one");
    writer.goOnIn(OLDER, disk.open(OLDER));
    writer.pump();
    line(ring, "two");
    writer.pump();
    assertThat(disk.text(LOG)).isEqualTo("one\n");
    assertThat(disk.text(OLDER)).isEqualTo("two\n");
    writer.goOnIn(null, null);
    writer.pump();
    line(ring, "three");
    writer.pump();
    assertThat(writer.written()).isEqualTo(2);
    assertThat(writer.dropped()).as("of one that came when it was off").isEqualTo(1);
    assertThat(disk.opened).noneMatch(DiskByHand.Channel::isOpen);
  }

  @Test
  void aLineThatIsThereBeforeTheFirstFileIsTakenUpIsNotLost() throws IOException {
    LogWriter off = new LogWriter(disk, ticker);
    off.add(ring);
    off.goOnIn(OLDER, disk.open(OLDER));
    line(ring, "one");
    off.pump();
    assertThat(disk.text(OLDER)).isEqualTo("one\n");
    assertThat(off.dropped()).isZero();
  }

  @Test
  void theEndWritesWhatWaitsEvenIntoAFileThatWasInTrouble() {
    disk.room = 0;
    line(ring, "one");
    writer.pump();
    disk.room = 100;
    line(other, "two");
    writer.end();
    assertThat(disk.text(LOG)).isEqualTo("one\ntwo\n");
    assertThat(writer.written()).isEqualTo(2);
    assertThat(disk.opened).noneMatch(DiskByHand.Channel::isOpen);
  }

  @Test
  void whatTheEndCanNotWriteIsCountedAndTold() {
    disk.room = 0;
    line(ring, "one");
    line(other, "two");
    writer.end();
    assertThat(writer.written()).isZero();
    assertThat(writer.dropped()).isEqualTo(2);
    assertThat(messages()).last().asString().startsWith("2 lines");
  }

  @Test
  void aRealFileIsAddedToAndIsNothingForEverybodysEyes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("access.log");
    LogWriter real = new LogWriter(LogFile::ofSystem, ticker);
    real.add(ring);
    real.goOnIn(file, LogFile.ofSystem(file));
    real.pump();
    line(ring, "one");
    real.pump();
    Path older = Files.move(file, folder.resolve("access.log.1"));
    Files.writeString(file, "before\n");
    real.reopen();
    line(ring, "two");
    real.pump();
    line(ring, "three");
    real.end();
    assertThat(older).hasContent("one\ntwo\n");
    assertThat(file).hasContent("before\nthree\n");
    assertThat(Files.getPosixFilePermissions(older).toString())
        .doesNotContain("OTHERS", "GROUP_WRITE");
  }
}
