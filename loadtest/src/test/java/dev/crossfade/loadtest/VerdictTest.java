package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.loadtest.Diary.Outcome;
import dev.crossfade.loadtest.Diary.Sent;
import dev.crossfade.loadtest.Verdict.Wrong;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Times are plain numbers: 0 % from 10, 50 % asked for at 100 and answered at 110, rollback 200.
 */
class VerdictTest {
  private static final long HASH = 7;
  private static final BucketRange BUCKET = new BucketRange(3000, 3001);

  private final Ledger ledger = new Ledger();
  private final Timeline timeline = new Timeline();
  private final Diary diary = new Diary("v1", null, BUCKET, new ArrayList<>());
  private final Diary unknown = new Diary("v2", null, BucketRange.ANY, new ArrayList<>());
  private final Diary tester = new Diary("v3", Side.NEW, BucketRange.ANY, new ArrayList<>());

  @BeforeEach
  void anHonestRun() {
    timeline.add(new Timeline.Change(0, 0, 10, false));
    timeline.add(new Timeline.Change(5000, 100, 110, false));
    timeline.add(new Timeline.Change(0, 200, 210, true));
    request(diary, "before", 20, Side.OLD, 25);
    request(diary, "between", 120, Side.NEW, 125);
    request(diary, "after", 220, Side.OLD, 225);
  }

  @Test
  void anHonestRunIsGood() {
    Verdict verdict = verdict();
    assertThat(verdict.examples()).isEmpty();
    assertThat(verdict.good()).isTrue();
    assertThat(verdict.sent()).isEqualTo(3);
    assertThat(verdict.answered()).isEqualTo(3);
    assertThat(verdict.phases()).extracting(Verdict.Phase::requests).containsExactly(1L, 1L, 1L);
  }

  @Test
  void aRequestWithoutAnswerIsLost() {
    diary.sent().add(new Sent("gone", 230, HASH, Outcome.LOST, null, "closed"));
    assertOnly(Wrong.LOST);
  }

  @Test
  void anAnswerThatIsNotTheOriginsIsFalse() {
    diary.sent().add(new Sent("502", 230, HASH, Outcome.FALSE, null, "status 502"));
    assertOnly(Wrong.FALSE);
  }

  @Test
  void anAnswerWithoutAnArrivalIsUnaccounted() {
    diary.sent().add(new Sent("air", 230, HASH, Outcome.ANSWERED, Side.OLD, ""));
    assertOnly(Wrong.UNACCOUNTED);
  }

  @Test
  void anArrivalThatNobodySentIsUnknown() {
    ledger.arrived("stranger", Side.OLD, 50).bodyEnded(HASH);
    assertOnly(Wrong.UNKNOWN);
  }

  @Test
  void twoArrivalsAreADouble() {
    ledger.arrived("after", Side.OLD, 226).bodyEnded(HASH);
    assertOnly(Wrong.DOUBLED);
  }

  @Test
  void anotherBodyIsDamage() {
    diary.sent().add(new Sent("bent", 230, HASH, Outcome.ANSWERED, Side.OLD, ""));
    ledger.arrived("bent", Side.OLD, 235).bodyEnded(HASH + 1);
    assertOnly(Wrong.DAMAGED);
  }

  @Test
  void aBodyCutOffIsExcusedOnlyByALostRequest() {
    diary.sent().add(new Sent("cut", 230, HASH, Outcome.LOST, null, "closed"));
    ledger.arrived("cut", Side.OLD, 235);
    assertOnly(Wrong.LOST);
  }

  @Test
  void theOtherSideOfAKnownBucketIsWrong() {
    request(diary, "astray", 150, Side.OLD, 155);
    assertOnly(Wrong.WRONG_SIDE);
  }

  @Test
  void aRequestThatOverlapsAChangeMayBeOnEitherSide() {
    request(diary, "early", 95, Side.NEW, 105);
    request(diary, "late", 105, Side.OLD, 130);
    assertThat(verdict().good()).isTrue();
  }

  @Test
  void aRequestThatReachedItsOriginBeforeTheChangeDoesNotOverlapIt() {
    request(diary, "slow answer", 90, Side.NEW, 95);
    assertOnly(Wrong.WRONG_SIDE);
  }

  @Test
  void someoneOfAnUnknownBucketMayNotChangeSideWithoutAChange() {
    request(unknown, "first", 120, Side.NEW, 125);
    request(unknown, "second", 130, Side.OLD, 135);
    assertOnly(Wrong.WRONG_SIDE);
  }

  @Test
  void whoBeginsAfterARollbacksAnswerMayNotReachNew() {
    request(unknown, "stale", 211, Side.NEW, 215);
    Verdict verdict = verdict();
    assertThat(verdict.count(Wrong.AFTER_ROLLBACK)).isEqualTo(1);
    assertThat(verdict.count(Wrong.WRONG_SIDE)).isEqualTo(1);
  }

  @Test
  void whoBeganBeforeARollbacksAnswerMay() {
    request(unknown, "under way", 205, Side.NEW, 220);
    assertThat(verdict().good()).isTrue();
  }

  @Test
  void testersBelongToNewEvenAfterARollback() {
    request(tester, "test", 230, Side.NEW, 235);
    assertThat(verdict().good()).isTrue();
    request(tester, "lost tester", 240, Side.OLD, 245);
    assertOnly(Wrong.WRONG_SIDE);
  }

  @Test
  void aChangeThatNoRequestFollowsProvesNothing() {
    timeline.add(new Timeline.Change(1000, 300, 310, false));
    assertOnly(Wrong.UNPROVED);
  }

  @Test
  void theLastLineSaysHowManyWereWrong() {
    assertThat(Report.lines(verdict())).last().asString().startsWith("good: of 3 requests none");
    ledger.arrived("after", Side.OLD, 226).bodyEnded(HASH);
    assertThat(Report.lines(verdict()))
        .last()
        .isEqualTo("WRONG: of 3 requests 0 were lost, 1 doubled, 0 on the wrong side; see above");
  }

  private void request(Diary of, String id, long began, Side side, long arrived) {
    ledger.arrived(id, side, arrived).bodyEnded(HASH);
    of.sent().add(new Sent(id, began, HASH, Outcome.ANSWERED, side, ""));
  }

  private Verdict verdict() {
    return Verdict.of(List.of(diary, unknown, tester), ledger, timeline);
  }

  private void assertOnly(Wrong wrong) {
    Verdict verdict = verdict();
    for (Wrong each : Wrong.values()) {
      assertThat(verdict.count(each)).as(each.label()).isEqualTo(each == wrong ? 1 : 0);
    }
    assertThat(verdict.good()).isFalse();
  }
}
