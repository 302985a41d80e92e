import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from probes.instrument.runs import CheckRun
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.checks import store_runs
from statuspage.monitoring.codes import site_code_book
from statuspage.monitoring.measuring import run_batch
from statuspage.monitoring.models import (
    CheckResult,
    CodeRule,
    Endpoint,
    Probe,
    Progress,
    UnmappedAnswer,
    Vantage,
)
from statuspage.monitoring.standing import DueCheck
from statuspage.monitoring.sweeping import record_missed
from tests.support.probe_rows import build_probe
from tests.support.websites import Answer, Asked, website

pytestmark = pytest.mark.django_db


def clock() -> datetime:
    return datetime.now(UTC)


def build_due(probe: Probe, *, age_s: float = 0.0) -> DueCheck:
    return DueCheck(probe_id=probe.pk, tick=clock() - timedelta(seconds=age_s))


def build_run(probe: Probe, at: datetime, *, outcome: Outcome, starved: bool = False) -> CheckRun:
    return CheckRun(
        probe=probe.slug,
        tick=at,
        started_at=at,
        ended_at=at,
        outcome=outcome,
        error="timeout" if starved else None,
        http_status=None,
        code="",
        message="",
        latency_ms=2000.0,
        phases_ms={},
        hung_phase="first_byte" if starved else "",
        steps=(),
        certificate_expires_at=None,
        starved=starved,
    )


def point_to(url: str) -> None:
    Endpoint.objects.update(base_url=url)


def test_batch_stores_each_result_with_its_evidence_when_the_endpoint_answers() -> None:
    probe = build_probe()
    due = build_due(probe)
    with website(**{"": Answer(b"fine")}) as site:
        point_to(site.url)

        result = run_batch([due], clock=clock)

    assert (result.run, result.missed, result.known) == (1, 0, 0)
    row = CheckResult.objects.get()
    assert (row.probe, row.tick, row.outcome, row.http_status) == (probe, due.tick, "accepted", 200)
    assert row.latency_ms
    assert {"connect", "first_byte", "body"} <= set(row.phases)
    assert row.stored_at - row.at < timedelta(seconds=2)


def test_batch_keeps_the_raw_answer_and_its_step_when_the_endpoint_refuses() -> None:
    probe = build_probe()
    with website(**{"": Answer("当前交易存在风险".encode(), status=403)}) as site:
        point_to(site.url)

        run_batch([build_due(probe)], clock=clock)

    row = CheckResult.objects.get()
    assert (row.outcome, row.http_status, row.message) == ("declined_risk", 403, "当前交易存在风险")
    assert row.steps[0]["outcome"] == "declined_risk"


def test_a_result_says_so_when_this_machine_was_too_busy_for_its_check() -> None:
    probe, at = build_probe(), clock()
    run = build_run(probe, at, outcome=Outcome.MISSED, starved=True)

    store_runs([run], {probe.slug: probe}, site_code_book(), now=at)

    row = CheckResult.objects.get()
    assert (row.outcome, row.excluded) == ("missed", "starved")


@pytest.mark.parametrize(
    ("tallied_s", "outcome"),
    [
        pytest.param(-60, "accepted", id="and it is not counted yet"),
        pytest.param(60, "missed", id="and it is counted as that"),
    ],
)
def test_a_result_is_kept_when_another_worker_could_not_begin_its_check_in_time(
    tallied_s: float, outcome: str
) -> None:
    probe, at = build_probe(), clock()
    other = build_run(probe, at - timedelta(seconds=60), outcome=Outcome.ACCEPTED)
    Progress.objects.create(tallied_until=at + timedelta(seconds=tallied_s))
    record_missed([DueCheck(probe_id=probe.pk, tick=at)], now=at)

    store_runs(
        [build_run(probe, at, outcome=Outcome.ACCEPTED), other],
        {probe.slug: probe},
        site_code_book(),
        now=at + timedelta(seconds=1),
    )

    assert CheckResult.objects.get(tick=at).outcome == outcome
    assert CheckResult.objects.count() == 2


def test_batch_asks_nobody_when_the_tick_is_on_record() -> None:
    due = build_due(build_probe())
    with website(**{"": Answer(b"fine")}) as site:
        point_to(site.url)
        run_batch([due], clock=clock)

        again = run_batch([due], clock=clock)

        assert len(site.asked) == 1
    assert (again.run, again.known, CheckResult.objects.count()) == (0, 1, 1)


def test_batch_leaves_missed_and_asks_nobody_when_it_starts_too_late() -> None:
    due = build_due(build_probe(interval_seconds=10), age_s=11)
    with website(**{"": Answer(b"fine")}) as site:
        point_to(site.url)

        result = run_batch([due], clock=clock)

        assert site.asked == []
    assert (result.run, result.missed) == (0, 1)
    assert CheckResult.objects.get().outcome == "missed"


def test_batch_dials_the_address_of_the_vantage_when_it_has_one() -> None:
    probe = build_probe()
    with website(**{"": Answer(b"fine")}) as site:
        Vantage.objects.update(connect_to={"api.test:80": site.url.removeprefix("http://")})

        run_batch([build_due(probe)], clock=clock)

        assert site.asked[0].headers["host"] == "api.test"
    assert CheckResult.objects.get().outcome == "accepted"


def test_batch_counts_answers_that_no_rule_names_when_it_meets_them() -> None:
    probe = build_probe()
    with website(**{"": Answer(b"zzz", status=418)}) as site:
        point_to(site.url)

        run_batch([build_due(probe)], clock=clock)
        run_batch([build_due(probe)], clock=clock)

    answer = UnmappedAnswer.objects.get()
    assert (answer.http_status, answer.message, answer.count) == (418, "zzz", 2)
    assert answer.outcome == "misconfigured"


def test_batch_reads_by_the_rule_of_an_admin_when_there_is_one() -> None:
    CodeRule.objects.create(http_status=418, pattern="zzz", outcome="declined_policy")
    probe = build_probe()
    with website(**{"": Answer(b"zzz", status=418)}) as site:
        point_to(site.url)

        run_batch([build_due(probe)], clock=clock)

    assert CheckResult.objects.get().outcome == "declined_policy"
    assert not UnmappedAnswer.objects.exists()


def test_site_code_book_leaves_a_rule_out_when_its_pattern_is_broken() -> None:
    CodeRule.objects.create(pattern="(", outcome="throttled")

    outcome = site_code_book().read(error=None, http_status=200, code="SUCCESS", message="")

    assert outcome == "accepted"


def test_batch_writes_early_results_when_another_check_still_hangs() -> None:
    quick, slow = build_probe("quick"), build_probe("slow", options={"path": "/slow"}, timeout_seconds=8)
    release = threading.Event()

    def hold(_asked: Asked) -> Answer:
        release.wait(6)
        return Answer(b"late")

    answers: dict[str, Answer | Callable[[Asked], Answer]] = {"": Answer(b"fine"), "slow": hold}
    with website(**answers) as site:
        point_to(site.url)
        threading.Timer(1.5, release.set).start()

        run_batch([build_due(quick), build_due(slow)], clock=clock)

    rows = {row.probe.slug: row for row in CheckResult.objects.all()}
    assert rows["quick"].stored_at < rows["slow"].at
