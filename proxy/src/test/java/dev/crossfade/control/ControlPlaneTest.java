package dev.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.crossfade.control.ChangeRefused.Why;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanEdit.Promote;
import dev.crossfade.plan.PlanEdit.Reconfigure;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetEndpointState;
import dev.crossfade.plan.PlanEdit.SetMaintenance;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings.AfterRollback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09.123456789Z");
  private static final EndpointKey OLD = new EndpointKey(Side.OLD, PlanFixture.OLD_ENDPOINT);

  private final MemoryStore store = new MemoryStore();
  private final HeldRetries storeThread = new HeldRetries();
  private final ExecutorService others = Executors.newCachedThreadPool();
  private ControlPlane control;

  @BeforeEach
  void start() throws StateException {
    control = new ControlPlane(store, storeThread, () -> NOW, 1000, PlanFixture::plan);
  }

  @AfterEach
  void stop() {
    control.close();
    others.shutdownNow();
  }

  private InForce apply(PlanEdit edit) throws ChangeRefused {
    return control.apply(edit, Author.OPERATOR, "why", Precondition.NONE);
  }

  private void assertRefused(PlanEdit edit, Precondition ifMatch, Why why) {
    TrafficPlan before = control.get();
    assertThatExceptionOfType(ChangeRefused.class)
        .isThrownBy(() -> control.apply(edit, Author.OPERATOR, "", ifMatch))
        .satisfies(refused -> assertThat(refused.why()).isEqualTo(why));
    assertThat(control.get()).isEqualTo(before);
  }

  private List<Long> revisions() {
    return control.history().newest(100).stream().map(c -> c.state().revision()).toList();
  }

  @Test
  void aNewFolderBeginsWithTheInitialPercentAtRevisionOne() {
    assertThat(control.get().state().revision()).isEqualTo(1);
    assertThat(control.get().state().threshold()).isEqualTo(1000);
    assertThat(control.get().state().upgradeHonoured()).isTrue();
    assertThat(control.durable()).isTrue();
  }

  @Test
  void aChangeIsStoredAndInForceWithItsAuthorTimeAndReason() throws Exception {
    InForce answer = apply(new SetThreshold(2500));
    ControlState state = control.get().state();
    assertThat(answer).isEqualTo(new InForce(state, true, true));
    assertThat(state.revision()).isEqualTo(2);
    assertThat(state.threshold()).isEqualTo(2500);
    assertThat(state.changedAt()).isEqualTo(Instant.parse("2026-05-06T07:08:09.123Z"));
    assertThat(state.changedBy()).isEqualTo("operator");
    assertThat(state.reason()).isEqualTo("why");
    assertThat(store.stored).last().extracting(Change::state).isEqualTo(state);
    assertThat(control.history().newest(1).get(0).what()).isEqualTo("percent 10 to 25");
  }

  @Test
  void whatChangesNothingMakesNoRevision() throws Exception {
    TrafficPlan before = control.get();
    for (PlanEdit edit :
        List.of(
            new SetThreshold(1000),
            new SetMaintenance(null, false, null),
            new SetEndpointState(OLD, EndpointState.READY),
            new Reconfigure(before))) {
      assertThat(apply(edit)).isEqualTo(new InForce(before.state(), true, false));
    }
    assertThat(store.stored).hasSize(1);
  }

  @Test
  void aSecondRollbackChangesNothingUntilSomethingElseChanged() throws Exception {
    assertThat(apply(new Rollback()).state().epoch()).isEqualTo(1);
    assertThat(apply(new Rollback()).changed()).isFalse();
    assertThat(revisions()).containsExactly(2L, 1L);
    apply(new SetThreshold(1));
    assertThat(apply(new Rollback()).state().epoch()).isEqualTo(2);
    assertThat(apply(new Promote()).state().epoch()).isEqualTo(3);
    assertThat(apply(new Promote()).changed()).isFalse();
  }

  @Test
  void aSecondRollbackChangesNothingAfterARestartEither() throws Exception {
    InForce rollback = apply(new Rollback());
    control.close();
    control = new ControlPlane(store, new HeldRetries(), () -> NOW, 1000, PlanFixture::plan);
    assertThat(apply(new Rollback())).isEqualTo(new InForce(rollback.state(), true, false));
  }

  @Test
  void onlyOneOfManyWithTheSameRevisionWins() throws Exception {
    List<Future<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int threshold = 2000 + i;
      writers.add(
          others.submit(
              () -> {
                try {
                  control.apply(
                      new SetThreshold(threshold), Author.OPERATOR, "", Precondition.revision(1));
                  return true;
                } catch (ChangeRefused e) {
                  return false;
                }
              }));
    }
    int won = 0;
    for (Future<Boolean> writer : writers) {
      won += writer.get() ? 1 : 0;
    }
    assertThat(won).isEqualTo(1);
    assertThat(control.get().state().revision()).isEqualTo(2);
  }

  @Test
  void everyOneOfManyChangesHasARevisionOfItsOwn() throws Exception {
    List<Future<InForce>> writers =
        IntStream.range(0, 40)
            .mapToObj(i -> others.submit(() -> apply(new SetThreshold(5000 + i))))
            .toList();
    List<Long> given = new ArrayList<>();
    for (Future<InForce> writer : writers) {
      given.add(writer.get().state().revision());
    }
    assertThat(given)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(2, 41).boxed().toList());
    assertThat(control.get().state().revision()).isEqualTo(41);
  }

  @Test
  void aStaleRevisionIsRefusedButNotForARollback() throws Exception {
    apply(new SetThreshold(2000));
    Precondition stale = Precondition.revision(1);
    assertRefused(new SetThreshold(3000), stale, Why.STALE);
    assertRefused(new Promote(), stale, Why.STALE);
    assertRefused(new Reconfigure(control.get()), stale, Why.STALE);
    assertThatExceptionOfType(ChangeRefused.class)
        .isThrownBy(() -> control.preview(new SetThreshold(1), stale));
    assertThat(control.apply(new Rollback(), Author.OPERATOR, "", stale).state().threshold())
        .isZero();
  }

  @Test
  void anUnknownEndpointIsRefused() {
    assertRefused(
        new SetEndpointState(
            new EndpointKey(Side.NEW, PlanFixture.OLD_ENDPOINT), EndpointState.DRAIN),
        Precondition.NONE,
        Why.UNKNOWN_ENDPOINT);
  }

  @Test
  void whatCannotBeStoredIsRefusedAndLeavesNoGap() throws Exception {
    store.failing = true;
    assertRefused(new SetThreshold(2000), Precondition.NONE, Why.NOT_STORED);
    assertRefused(new Promote(), Precondition.NONE, Why.NOT_STORED);
    assertThat(control.durable()).isTrue();
    store.failing = false;
    assertThat(apply(new SetThreshold(2000)).state().revision()).isEqualTo(2);
    assertThat(revisions()).containsExactly(2L, 1L);
  }

  @Test
  void aStoreInDoubtIsMendedInTheBackground() throws Exception {
    store.failing = true;
    store.doubting = true;
    assertRefused(new SetThreshold(2000), Precondition.NONE, Why.NOT_STORED);
    assertThat(control.durable()).isFalse();
    store.failing = false;
    storeThread.runRetry();
    assertThat(control.durable()).isTrue();
  }

  @Test
  void aRevisionThatMayBeOnTheDiskIsNeverGivenAgain() throws Exception {
    store.failing = true;
    store.doubting = true;
    assertRefused(new SetThreshold(2000), Precondition.NONE, Why.NOT_STORED);
    store.failing = false;
    assertThat(apply(new SetThreshold(3000)).state().revision()).isEqualTo(3);
  }

  @Test
  void aRollbackThatCannotBeStoredIsInForceAndStoredLater() throws Exception {
    store.failing = true;
    InForce answer = apply(new Rollback());
    assertThat(answer.durable()).isFalse();
    assertThat(control.get().state()).isEqualTo(answer.state());
    assertThat(answer.state().threshold()).isZero();
    assertThat(control.durable()).isFalse();
    assertThat(apply(new Rollback())).isEqualTo(new InForce(answer.state(), false, false));
    storeThread.runRetry();
    assertThat(control.durable()).isFalse();
    store.failing = false;
    storeThread.runRetry();
    assertThat(control.durable()).isTrue();
    assertThat(store.stored).last().extracting(Change::state).isEqualTo(answer.state());
    assertThat(apply(new Rollback()).durable()).isTrue();
  }

  @Test
  void aListenerIsToldOfEveryChangeAndOfWhatIsDurable() throws Exception {
    List<String> told = new ArrayList<>();
    control.whenChanged(
        () -> told.add(control.get().state().revision() + (control.durable() ? "" : " in memory")));
    apply(new SetThreshold(300));
    apply(new SetThreshold(300));
    assertThat(told).containsExactly("2");
    store.failing = true;
    apply(new Rollback());
    assertThat(told).containsExactly("2", "3 in memory");
    store.failing = false;
    storeThread.runRetry();
    assertThat(told).containsExactly("2", "3 in memory", "3");
  }

  @Test
  void retriesComeEverMoreSlowlyUpToHalfAMinute() throws Exception {
    store.failing = true;
    apply(new Rollback());
    for (int i = 0; i < 12; i++) {
      storeThread.runRetry();
    }
    assertThat(storeThread.delays.subList(0, 4))
        .containsExactly(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(400),
            Duration.ofMillis(800));
    assertThat(storeThread.delays).last().isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aRollbackThatIsNotStoredYetIsStoredWithTheNextChange() throws Exception {
    store.failing = true;
    apply(new Rollback());
    store.failing = false;
    apply(new SetThreshold(300));
    assertThat(store.stored.stream().map(c -> c.state().revision())).containsExactly(1L, 2L, 3L);
    assertThat(control.durable()).isTrue();
  }

  @Test
  void aRollbackDoesNotWaitForAChangeThatHangsInTheStore() throws Exception {
    Future<InForce> change = hang(new SetThreshold(9000));
    Future<InForce> rollback = others.submit(() -> apply(new Rollback()));
    awaitThreshold(0);
    assertThat(change).isNotDone();
    letGo();
    assertThat(change.get().state().revision()).isEqualTo(2);
    assertThat(rollback.get().durable()).isTrue();
    assertThat(control.get().state().threshold()).isZero();
    assertThat(revisions()).containsExactly(3L, 2L, 1L);
    assertThat(store.stored.stream().map(c -> c.state().revision())).containsExactly(1L, 2L, 3L);
  }

  @Test
  void maintenanceThatARollbackOvertookIsMadeOnTopOfIt() throws Exception {
    Future<InForce> change = hang(new SetMaintenance(true, null, null));
    Future<InForce> rollback = others.submit(() -> apply(new Rollback()));
    awaitThreshold(0);
    assertThat(control.get().state().maintenance().oldSide()).isFalse();
    letGo();
    assertThat(rollback.get().state().revision()).isEqualTo(3);
    assertThat(change.get().state().revision()).isEqualTo(4);
    assertThat(control.get().state().maintenance().oldSide()).isTrue();
    assertThat(control.get().state().threshold()).isZero();
    assertThat(control.durable()).isTrue();
  }

  private Future<InForce> hang(PlanEdit edit) throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    store.release = new CountDownLatch(1);
    store.hanging = reached;
    Future<InForce> change = others.submit(() -> apply(edit));
    reached.await();
    return change;
  }

  private void letGo() {
    CountDownLatch gate = store.release;
    if (gate != null) {
      gate.countDown();
    }
  }

  private void awaitThreshold(int threshold) {
    while (control.get().state().threshold() != threshold) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anotherConfigurationIsInForceWithoutARevision() throws Exception {
    TrafficPlan other =
        PlanFixture.plan(
            PlanFixture.state(99, 9999), List.of(PlanFixture.OLD_ENDPOINT), AfterRollback.IGNORE);
    InForce answer = apply(new Reconfigure(other));
    assertThat(answer.changed()).isFalse();
    assertThat(control.get().splitter()).isSameAs(other.splitter());
    assertThat(control.get().state().revision()).isEqualTo(1);
    assertThat(control.get().state().threshold()).isEqualTo(1000);
  }

  @Test
  void theStateOfAnEndpointThatIsGoneIsDroppedWithARevision() throws Exception {
    apply(new SetEndpointState(OLD, EndpointState.DRAIN));
    TrafficPlan without =
        PlanFixture.plan(
            control.get().state(), List.of(PlanFixture.SECOND_OLD_ENDPOINT), AfterRollback.HONOUR);
    InForce answer = apply(new Reconfigure(without));
    assertThat(answer.state().revision()).isEqualTo(3);
    assertThat(answer.state().endpoints()).isEmpty();
    assertThat(control.get().oldUpstream()).isEqualTo(without.oldUpstream());
    assertThat(control.history().newest(2).stream().map(Change::what))
        .containsExactly(
            "reload, endpoint no longer configured: old 127.0.0.1:8081 ready",
            "endpoint old 127.0.0.1:8081 drain");
  }

  @Test
  void aPreviewChangesNothing() throws Exception {
    TrafficPlan before = control.get();
    Preview preview = control.preview(new SetThreshold(7000), Precondition.revision(1));
    assertThat(preview.now()).isEqualTo(before.state());
    assertThat(preview.then().threshold()).isEqualTo(7000);
    assertThat(control.get()).isSameAs(before);
  }

  @Test
  void closingStoresWhatIsLeftAndLetsGo() throws Exception {
    store.failing = true;
    apply(new Rollback());
    store.failing = false;
    control.close();
    assertThat(store.stored).hasSize(2);
    assertThat(store.closed).isTrue();
    assertRefused(new SetThreshold(1), Precondition.NONE, Why.CLOSED);
  }
}
