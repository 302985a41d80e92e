"""The detector: consumes observations in order of time and concludes, tick by tick, what incidents there are.

It is a bank of CUSUM tests over competing hypotheses, pooled per component, with hysteresis.

**Hypotheses.** For every component some fifty explanations stand side by side (``hypotheses.py``): outages
of several depths and ways to fail, maintenance owned up to, risk control by its effect on each tier of
payers, withdrawals, and two nuisances that are no incident: this one vantage is cut off, wholly or by half,
this one account is frozen. Each says how likely each of ten kinds of answer (``kinds.py``) is for a payer of
a tier: its own answers for the share of checks that it befalls, the usual ones for the rest.

**Baseline.** What is usual is learned per tier and local hour, in decayed counts that lean on the all-day
rate and on a prior (pseudo-counts), one standard error up (``baseline.py``). Windows in which anything was
the matter, and the one before them, are not learned.

**Statistic.** Each check adds to each hypothesis its log-likelihood ratio against normality, in nats, and no
sum falls below zero: Page's test (Page 1954), which among tests with as few false alarms finds the change
that it was made for soonest (Lorden 1971); several run in parallel where the change is not known beforehand
(Basseville & Nikiforov 1993). Checks of all vantages and personas are pooled in the same sums. Everything is
capped (``filter.py``): a check, because no answer is that certain; the checks of one moment, because they
are correlated; the sum, because otherwise recovery would take as long to see as the fault had lasted.

**Ours, theirs, unknown.** What may be our own fault (keys, clock, a wrong request, too many of them) is no
sight: it moves nothing, is excluded, and a component of which nothing else is seen is unknown
(``probe_memory.py``, ``sight.py``). But when everybody that worked is refused from one moment on while
nothing was changed on our side, that is theirs (``refusals.py``), and so is a success that lacks what this
probe's good ones have. A vantage or an account is blamed, and left out, only where the others are well
(``company.py``).

**Which cause.** A cause stands where its likeliest hypothesis does (a generalised likelihood ratio), less a
handicap for what is rarer beforehand. The exponentials of the causes and of the likeliest nuisance, divided
by their sum, are their probabilities. A nuisance counts only while controls and comparison say that the
vantage or the account stands out (``instrument.py``), a technical fault inside an announced window is
maintenance (``announced.py``), and neighbours that were just confirmed and waves of posts lend some nats.

**Incidents.** Two thresholds follow from the operator's target of false incidents: one opens a suspicion, a
higher one confirms (the form by Reynolds & Stoumbos 1999 for the Bernoulli CUSUM). Components of one cause
that fail closely together are one incident, whose nats are summed to decide on its cause anew
(``tracker.py``).

**Recovery** is a test of its own: how far the sum has come down from its height is Page's statistic for the
change back. It must be high enough, and last; both grow with every relapse (``incident.py``).

**Posts** are counted per symptom by a Poisson CUSUM (Lucas 1985) against several times the usual of the hour
(``wave.py``, ``excess.py``). What is expected moves: the reader errs at known rates and people join in, so
that much talk of anything leaks some complaints (``leaks.py``), and people talk on of what is known. Alone
posts only ever suspect (``suspicion.py``): the cause that explains their mixture best (``stories.py``), from
the change point of their rate on. Evidence of an incident is what people say of its products and cause
since its start (``testimony.py``).

**Other monitors** send signals, each of which is worth a stated likelihood ratio (``model/outside.py``). One
that is fresh lends some nats to its component's checks, which must suffice for a suspicion without it before
it may help to confirm; alone they only ever suspect, and not for long (``outside.py``).

Basseville & Nikiforov, *Detection of Abrupt Changes*, Prentice Hall 1993. Lorden, "Procedures for reacting
to a change in distribution", Ann. Math. Stat. 42 (1971). Lucas, "Counted data CUSUM's", Technometrics 27
(1985). Page, "Continuous inspection schemes", Biometrika 41 (1954). Reynolds & Stoumbos, "A CUSUM chart for
monitoring a proportion when inspecting continuously", J. Quality Technology 31 (1999).
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from probes.listening.reading.confusion import confusion
from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.symptoms import Product
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import Belief
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.instrument import Instrument
from statuspage.analysis.intake import Intake
from statuspage.analysis.leaks import leaks_of
from statuspage.analysis.model import BASELINE, FILTER, TICKS, DetectorSettings
from statuspage.analysis.moments import moment
from statuspage.analysis.naming import names_of
from statuspage.analysis.outside import Outside
from statuspage.analysis.panel import Panel
from statuspage.analysis.sight import Sights
from statuspage.analysis.state import StateError as StateError
from statuspage.analysis.state import dump, load
from statuspage.analysis.stories import stories_of
from statuspage.analysis.suspicion import Suspicion
from statuspage.analysis.testimony import said_of
from statuspage.analysis.tracker import Tracker
from statuspage.analysis.values import Conclusions, Conditions, DetectorInput, ReportEvidence, Verdict
from statuspage.analysis.verdicts import keep_evidence, verdict_of
from statuspage.analysis.waves import Waves

# Zones differ by quarters of an hour at the finest.
_QUARTER_SECONDS = 900


class Detector:
    """Deterministic: the same observations give the same verdicts, however the calls are cut."""

    def __init__(
        self, catalog: WatchedCatalog, settings: DetectorSettings, state: bytes | None = None
    ) -> None:
        self.catalog, self.settings = catalog, settings
        self._state = kept = load(state)
        kept.regrid(settings.tick_seconds)
        self._products = {component.slug: component.product for component in catalog.components}
        self._zone = ZoneInfo(catalog.timezone)
        self._hour_of: tuple[int, int] = (-1, 0)
        self._waves = Waves(kept.waves, leaks_of(confusion()), names_of(catalog))
        self._calendar = Calendar(kept.windows)
        self._instrument = Instrument(kept.instrument, catalog.probes)
        self._sights = Sights(kept.sights, catalog, self._instrument, settings.tick_seconds)
        self._panel = Panel(
            catalog, settings, kept.components, calendar=self._calendar, instrument=self._instrument
        )
        self._tracker = Tracker(kept.incidents, self._calendar, total=len(catalog.components))
        self._suspicion = Suspicion(
            kept.suspicion,
            catalog,
            settings,
            stories=stories_of(confusion()),
            waves=self._waves,
            tracker=self._tracker,
            calendar=self._calendar,
        )
        self._outside = Outside(
            kept.outside,
            self._panel.filters,
            tracker=self._tracker,
            sights=self._sights,
            calendar=self._calendar,
        )
        self._intake = Intake(
            kept.pending,
            kept.refusals,
            settings.tick_seconds,
            catalog,
            filters=self._panel.filters,
            instrument=self._instrument,
            sights=self._sights,
            waves=self._waves,
            calendar=self._calendar,
            outside=self._outside,
        )

    def advance(self, observations: Iterable[DetectorInput], until: datetime) -> Conclusions:
        """Consume what was seen up to ``until`` (aware UTC), ordered by ``at``, and say what changed."""
        verdicts: list[Verdict] = []
        state, intake = self._state, self._intake
        for item in observations:
            before = intake.tick_of(item) - 1
            if state.tick < 0:
                state.tick = before
            if state.tick < before:
                self._run(before, verdicts)
            intake.pending.append(item)
        self._run(int(until.timestamp() // self.settings.tick_seconds), verdicts)
        return Conclusions(
            at=until,
            verdicts=tuple(verdicts),
            conditions=self._conditions(until),
            excluded=self._instrument.drain(),
        )

    def dump(self) -> bytes:
        """The state, from which ``Detector(catalog, settings, state)`` goes on exactly."""
        return dump(self._state)

    # ticks

    def _run(self, last: int, verdicts: list[Verdict]) -> None:
        """Do every tick up to index ``last``; those at which nothing can change are skipped."""
        state, seconds = self._state, self.settings.tick_seconds
        if state.tick < 0:
            return
        per_window = max(1, round(BASELINE.window_seconds / seconds))
        while state.tick < last:
            due = state.tick + 1
            if not (self._intake.is_waiting() or self._busy(state.tick * seconds)):
                due = min(last, (state.tick // per_window + 1) * per_window)
            state.tick = due
            now = due * seconds
            self._tick(now)
            if due % per_window == 0:
                self._close_windows(now)
            verdicts += self._news(now)

    def _busy(self, now: float) -> bool:
        return self._tracker.any_open() or self._waves.any_loud() or self._outside.any_telling(now)

    def _tick(self, now: float) -> None:
        """Take in what was seen; where anything is the matter, move the incidents by it."""
        checked = self._intake.take(self._state.tick, self._hour(now))
        self._instrument.judge(now)
        self._panel.forget_frozen()
        busy = self._busy(now)
        filters = self._panel.filters
        restless = [slug for slug in (filters if busy else checked) if not filters[slug].quiet]
        if not (busy or restless):
            return
        listening = self._state.tick % TICKS.ticks_per_listening == 0
        if listening:
            self._waves.settle(now, self._hour(now))
        beliefs = {
            slug: self._belief(slug, now)
            for slug in sorted(restless)
            if self._panel.worth_a_look(slug) or self._tracker.holder(slug) is not None
        }
        for incident in self._tracker.open_incidents():
            self._move(incident, beliefs, now)
        for belief in beliefs.values():
            if self._tracker.is_unexplained(belief):
                self._tracker.place(belief, now)
        if listening:
            self._suspicion.tick(now, self._hour(now))
        self._outside.tick(now)
        self._tracker.resolve_finished(now)

    def _move(self, incident: DetectedIncident, beliefs: dict[str, Belief], now: float) -> None:
        """Bring an open incident up to date; the evidence of components that fail no longer is kept."""
        before = incident.failing()
        self._judge(incident, beliefs, now)
        for slug in set(before).difference(incident.failing()).intersection(self._panel.filters):
            keep_evidence(incident, self._panel.filters[slug], now)

    def _judge(self, incident: DetectedIncident, beliefs: dict[str, Belief], now: float) -> None:
        """Move an open incident; the beliefs of components that are well again are dropped."""
        self._tracker.change_mind(incident, beliefs, now)
        health = self._panel.health(incident, now)
        for slug in incident.failing():
            # No longer watched.
            if slug not in health:
                incident.leave(slug)
                continue
            belief = beliefs.get(slug) or self._belief(slug, now)
            self._tracker.follow(incident, belief, now)
            interval = self._panel.intervals[slug]
            if self._sights.is_fresh(slug, now) and incident.recover(slug, health[slug], interval, now):
                if self._tracker.holder(slug) is None:
                    self._panel.filters[slug].reset()
                beliefs.pop(slug, None)

    def _belief(self, slug: str, now: float) -> Belief:
        lent, signalled = self._help_for(slug, now), self._outside.help_for(slug, now)
        if not signalled:
            return self._panel.belief(slug, lent, now)
        both = {
            cause: min(FILTER.outside_help_nats, lent.get(cause, 0.0) + signalled.get(cause, 0.0))
            for cause in lent.keys() | signalled.keys()
        }
        part = {cause: both[cause] - lent.get(cause, 0.0) for cause in signalled}
        return msgspec.structs.replace(self._panel.belief(slug, both, now), signalled=part)

    def _help_for(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that posts and failing neighbours lend to each cause for one component."""
        nats = self._suspicion.help_for(slug, now)
        for incident in self._tracker.open_incidents():
            if incident.reports_only or incident.confirmed_at is None or slug in incident.components:
                continue
            early = now - incident.last_growth <= FILTER.neighbour_early_seconds
            lent = FILTER.neighbour_help_nats if early else FILTER.neighbour_late_help_nats
            nats[incident.cause] = nats.get(incident.cause, 0.0) + lent
        return {cause: min(lent, FILTER.outside_help_nats) for cause, lent in nats.items()}

    def _news(self, now: float) -> list[Verdict]:
        return [
            verdict_of(
                incident,
                now,
                filters=self._panel.filters,
                told=self._told(incident, now),
                signals=self._outside.said_of(incident, now),
            )
            for incident in self._state.incidents.values()
            if incident.tell(now)
        ]

    def _told(self, incident: DetectedIncident, now: float) -> ReportEvidence | None:
        own = {self._products.get(slug) or Product.NONE for slug in incident.components}
        return said_of(incident, now, waves=self._waves, own=own, hour=self._hour(now))

    # windows and conditions

    def _close_windows(self, now: float) -> None:
        hour, before = self._hour(now), self._hour(now - BASELINE.window_seconds)
        incidents = self._tracker.open_incidents()
        disturbed = {slug for incident in incidents for slug in incident.components}
        self._panel.close_window(before, hour, disturbed=disturbed)
        self._waves.close_window(now, before, learn=not incidents)
        self._calendar.forget(now)
        self._outside.forget(now)

    def _conditions(self, until: datetime) -> Conditions:
        now = until.timestamp()
        return Conditions(
            at=until,
            lost_vantages=tuple(sorted(self._instrument.lost)),
            frozen_personas=self._instrument.frozen_personas(),
            misconfigured_probes=self._instrument.misconfigured_probes(now),
            blind_components=self._sights.blind(now),
            blind_because=self._sights.reasons(now),
        )

    def _hour(self, now: float) -> int:
        """The local hour."""
        quarter = int(now // _QUARTER_SECONDS)
        if self._hour_of[0] != quarter:
            self._hour_of = quarter, moment(now).astimezone(self._zone).hour
        return self._hour_of[1]
