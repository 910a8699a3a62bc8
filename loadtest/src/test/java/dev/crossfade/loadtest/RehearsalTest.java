package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.loadtest.FakeProxy.Fault;
import dev.crossfade.loadtest.Verdict.Wrong;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole verifier in front of proxies that do wrong, and of one that does not. */
class RehearsalTest {
  private static final long SEED = 42;
  private static final Rehearsal.Size SIZE =
      new Rehearsal.Size(60, 6, Duration.ofSeconds(30), 120, Duration.ofSeconds(10), SEED);

  @AutoClose private final Loops loops = new Loops(1);

  @Test
  void anHonestProxyIsGood() throws Exception {
    Verdict verdict = rehearse(Fault.NONE);
    assertThat(verdict.examples()).isEmpty();
    assertThat(verdict.good()).isTrue();
    assertThat(verdict.answered()).isEqualTo(verdict.sent()).isGreaterThanOrEqualTo(6 * 120);
    assertThat(verdict.phases()).hasSize(6).allSatisfy(p -> assertThat(p.requests()).isPositive());
    assertThat(verdict.phases().get(2).requestsOnNew()).isPositive();
    assertThat(verdict.phases().get(5).requestsOnNew()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "LOSES, LOST",
    "DOUBLES, DOUBLED",
    "MISROUTES, WRONG_SIDE",
    "DAMAGES_ANSWERS, FALSE",
    "DAMAGES_REQUESTS, DAMAGED",
    "INVENTS, FALSE",
    "IGNORES_ROLLBACK, AFTER_ROLLBACK",
    "FORGETS_AT_LOGIN, WRONG_SIDE"
  })
  void aProxyThatDoesWrongIsFoundOut(Fault fault, Wrong wrong) throws Exception {
    Verdict verdict = rehearse(fault);
    assertThat(verdict.good()).isFalse();
    assertThat(verdict.count(wrong)).isPositive();
  }

  private Verdict rehearse(Fault fault) throws Exception {
    Ledger ledger = new Ledger();
    Sessions sessions = new Sessions(SEED);
    try (Origin old = Origin.start(loops, 0, Side.OLD, ledger, sessions);
        Origin fresh = Origin.start(loops, 0, Side.NEW, ledger, sessions);
        FakeProxy proxy = new FakeProxy(fault, loops, old.port(), fresh.port())) {
      Admin admin = new Admin(loops, proxy.admin(), null);
      return new Rehearsal(SIZE, loops, proxy.traffic(), admin).run(ledger, sessions);
    }
  }
}
