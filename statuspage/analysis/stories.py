"""Turns beliefs about components into incidents: opens, joins, renames, resolves and reopens them."""

import math

import msgspec

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.announced import Calendar
from statuspage.analysis.component import Belief, ComponentFilter
from statuspage.analysis.hypotheses import Form
from statuspage.analysis.settings import DetectorSettings
from statuspage.analysis.story import Member, Story

_SLOW_CAUSES = frozenset({Cause.RISK_CONTROL, Cause.POLICY_CHANGE})
_SURE_NATS = 2.3  # by which another cause must lead to take an incident over: nine to one
_LEAVE_NATS = 6.0  # the same for one component to part from the others
_PLAIN = 0.65  # share that a cause needs to open an incident
_ENOUGH = 0.75  # share that a cause needs to be confirmed at once
_WAIT_FOR_CAUSE_SECONDS = 90.0
_FRESH_NATS = 3.0
_FORGET_SECONDS = 7200.0


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """A component's filter and what it believes at this tick."""

    component: ComponentFilter
    belief: Belief
    interval_seconds: float


class Stories:
    """Moves the incidents of one tick. ``stories`` (by key) is part of the detector's state."""

    def __init__(
        self, stories: dict[str, Story], settings: DetectorSettings, calendar: Calendar, total: int
    ) -> None:
        self.stories, self.settings, self.calendar, self.total = stories, settings, calendar, total

    def open_stories(self) -> list[Story]:
        return [story for story in self.stories.values() if story.resolved_at is None]

    def any_open(self) -> bool:
        return any(story.resolved_at is None for story in self.stories.values())

    def holder(self, slug: str) -> Story | None:
        """The open incident in which ``slug`` fails now; a withdrawal only where there is no other."""
        withdrawn = None
        for story in self.stories.values():
            if story.resolved_at is None and slug in story.members and story.members[slug].active:
                if story.cause is not Cause.POLICY_CHANGE:
                    return story
                withdrawn = withdrawn or story
        return withdrawn

    def free(self, sight: Sight) -> bool:
        """Whether a component may begin a story: it is in none, or something else befalls a withdrawn one."""
        held = self.holder(sight.component.slug)
        if held is None:
            return True
        if held.cause is not Cause.POLICY_CHANGE or not sight.belief.scores:
            return False
        top = sight.belief.top()
        return top is not Cause.POLICY_CHANGE and self._speaks_for(sight, top)

    def consider(self, sight: Sight, now: float) -> None:
        """Open or join an incident for a component that is in none."""
        belief, slug = sight.belief, sight.component.slug
        if not belief.scores:
            return
        cause = belief.top()
        if belief.scores[cause] < self.settings.suspect_nats(slug) or belief.share(cause) < _PLAIN:
            return
        story = self._to_reopen(slug, cause, now) or self._to_join(sight, cause, now)
        if story is None:
            story = self._open(sight, cause, now)
        elif not story.open:
            story.resolved_at = None
            story.relapses += 1
        story.members[slug] = Member(active=True, since=sight.component.rose_at[belief.best[cause]])
        story.last_joined = now
        story.dirty = True
        self.follow(story, sight, now)

    def follow(self, story: Story, sight: Sight, now: float) -> None:
        """Bring an incident up to date with one of its failing components."""
        belief, slug = sight.belief, sight.component.slug
        score = belief.scores.get(story.cause, 0.0)
        share = belief.share(story.cause)
        limit = self.settings.confirm_nats(slug)
        if story.confirmed_at is None and score >= limit:
            waited = now - story.detected_at >= _WAIT_FOR_CAUSE_SECONDS
            if share >= _ENOUGH or (waited and belief.top() is story.cause):
                story.confirmed_at = now
                story.dirty = True
                if story.heard:  # probes now say which components the posts spoke of
                    story.heard = False
                    story.members = {s: m for s, m in story.members.items() if m.active}
        member = story.members[slug]
        if story.cause in belief.best and belief.own[story.cause] >= member.peak - _FRESH_NATS:
            member.hypothesis = sight.component.hypotheses[belief.best[story.cause]].name
            story.confidence = self._probability(belief, story.cause, limit)
            story.alternatives = self._alternatives(belief, story.cause, limit)
            story.worsen(self._impact(story, sight))
            window = self.calendar.current(slug, now)
            if story.cause is Cause.MAINTENANCE and window is not None:
                story.window = window.slug

    def change_mind(self, story: Story, sights: dict[str, Sight], now: float) -> None:
        """Rename an incident of which its components together now say another cause, or let some leave it."""
        seen = [sights[slug] for slug in story.active_members() if slug in sights]
        pooled: dict[Cause, float] = {}
        for sight in seen:
            for cause, nats in sight.belief.scores.items():
                pooled[cause] = pooled.get(cause, 0.0) + nats
        if not pooled:
            return
        top = max(pooled, key=lambda cause: (pooled[cause], cause.value))
        together = pooled[top] - pooled.get(story.cause, 0.0)
        fresh = [sight for sight in seen if self._speaks_for(sight, top)]
        if top is not story.cause and together >= _SURE_NATS and fresh:
            if self._told_elsewhere(story, top):
                leaving = seen
            elif self._may_rename(story, fresh[0], top, now):
                limit = self.settings.confirm_nats(fresh[0].component.slug)
                story.hold_cause(top, now, self._probability(fresh[0].belief, top, limit))
                return
            else:
                leaving = fresh
        else:
            leaving = [sight for sight in seen if self._leaves(story, sight)]
        if story.cause is Cause.POLICY_CHANGE and story.confirmed_at is not None:
            leaving = []  # what else befalls it does not bring it back
        for sight in leaving:
            story.members[sight.component.slug].active = False
            story.dirty = True

    def _told_elsewhere(self, story: Story, cause: Cause) -> bool:
        """Whether another open incident already tells ``cause`` of the same components."""
        mine = set(story.active_members())
        return any(
            other is not story and other.cause is cause and mine & set(other.active_members())
            for other in self.open_stories()
        )

    def _speaks_for(self, sight: Sight, cause: Cause) -> bool:
        """Whether a component's own checks hold ``cause`` now, not only as a memory that fades."""
        own = sight.belief.own.get(cause, 0.0)
        return own >= sight.component.cap - _FRESH_NATS and sight.belief.top() is cause

    def _leaves(self, story: Story, sight: Sight) -> bool:
        belief, cause = sight.belief, sight.belief.top() if sight.belief.scores else story.cause
        if cause is story.cause or not self._speaks_for(sight, cause):
            return False
        if story.cause is Cause.MAINTENANCE and cause is Cause.OUTAGE:
            return False  # the others are about to follow: a window ends for all of them at once
        return belief.scores[cause] - belief.scores.get(story.cause, 0.0) >= _LEAVE_NATS

    def recover(self, story: Story, sight: Sight, health: float, now: float) -> bool:
        """Test one failing component for recovery; whether it is over for it."""
        s, member = self.settings, story.members[sight.component.slug]
        needed = s.recovery_nats + s.relapse_nats * min(2, story.relapses)
        if story.cause is Cause.POLICY_CHANGE:
            needed = s.policy_recovery_nats
        if health < needed:
            if member.recovered_at is not None and now - member.recovered_at >= s.hold_seconds / 2:
                story.relapses += 1
            member.recovered_at = None
            return False
        if member.recovered_at is None:
            member.recovered_at = now
        if now - member.recovered_at < self._hold(story, sight.interval_seconds):
            return False
        member.active = False
        story.dirty = True
        return True

    def resolve_finished(self, now: float) -> None:
        """Resolve incidents in which nothing fails any more, and forget those long over."""
        for story in self.stories.values():
            if story.open and not story.heard and not story.active_members():
                story.resolved_at = now
                story.dirty = True
        for key in [
            k for k, v in self.stories.items() if v.resolved_at and now - v.resolved_at > _FORGET_SECONDS
        ]:
            if not self.stories[key].dirty:
                del self.stories[key]

    def suspect(
        self, cause: Cause, components: list[str], started: float, confidence: float, now: float
    ) -> Story:
        """Open a suspicion that rests on posts alone."""
        story = Story(
            key=self._key(components[0], now),
            cause=cause,
            members={slug: Member(active=False, since=started) for slug in components},
            started_at=started,
            detected_at=now,
            causes=[(now, cause, confidence)],
            confidence=confidence,
            alternatives=[("normal", round(1.0 - confidence, 4))],
            heard=True,
        )
        self.stories[story.key] = story
        return story

    def _open(self, sight: Sight, cause: Cause, now: float) -> Story:
        belief, slug = sight.belief, sight.component.slug
        limit = self.settings.confirm_nats(slug)
        probability = self._probability(belief, cause, limit)
        story = Story(
            key=self._key(slug, now),
            cause=cause,
            members={},
            started_at=min(now, sight.component.rose_at[belief.best[cause]] or now),
            detected_at=now,
            causes=[(now, cause, probability)],
            confidence=probability,
            alternatives=self._alternatives(belief, cause, limit),
        )
        self.stories[story.key] = story
        return story

    def _key(self, slug: str, now: float) -> str:
        base = f"{slug}@{round(now)}"
        number = 1
        while (key := base if number == 1 else f"{base}.{number}") in self.stories:
            number += 1
        return key

    def _to_reopen(self, slug: str, cause: Cause, now: float) -> Story | None:
        for story in reversed(self.stories.values()):
            if story.cause is cause and slug in story.members and not story.heard:
                over = story.resolved_at
                if over is None or now - over <= self.settings.reopen_seconds:
                    return story
        return None

    def _alike(self, story: Story, sight: Sight, cause: Cause, now: float) -> bool:
        """Whether an incident of just now may be the same: faults and masked refusals look alike."""
        if {story.cause, cause} != {Cause.OUTAGE, Cause.RISK_CONTROL} or not self._masked(sight):
            return False
        scores = sight.belief.scores
        likely = scores.get(story.cause, 0.0) >= scores[cause] - _LEAVE_NATS
        recent = now - max(story.detected_at, story.last_joined) <= self.settings.neighbour_early_seconds
        return likely and recent and not story.heard

    def _to_join(self, sight: Sight, cause: Cause, now: float) -> Story | None:
        s, slug = self.settings, sight.component.slug
        within = s.join_slow_seconds if cause in _SLOW_CAUSES else s.join_seconds
        window = self.calendar.current(slug, now) if cause is Cause.MAINTENANCE else None
        for story in self.open_stories():
            if story.cause is not cause:
                if self._alike(story, sight, cause, now):
                    return story
                continue
            if story.heard:  # what probes did not see for so long is not what they see now
                if cause in _SLOW_CAUSES or now - story.detected_at <= s.report_help_seconds:
                    return story
                continue
            if now - max(story.detected_at, story.last_joined) <= within or (
                window is not None and story.window == window.slug
            ):
                return story
        return None

    def _may_rename(self, story: Story, sight: Sight, cause: Cause, now: float) -> bool:
        """Whether this is a better look at the same trouble, and not another one."""
        if story.confirmed_at is None or (story.cause is Cause.MAINTENANCE and cause is Cause.OUTAGE):
            return True
        alike = {story.cause, cause} == {Cause.OUTAGE, Cause.RISK_CONTROL} and self._masked(sight)
        limit = self.settings.retag_alike_seconds if alike else self.settings.retag_seconds
        return now - story.detected_at <= limit

    def _masked(self, sight: Sight) -> bool:
        best = sight.belief.best.get(Cause.RISK_CONTROL)
        return best is not None and sight.component.hypotheses[best].form is Form.MASKED

    def _hold(self, story: Story, interval_seconds: float) -> float:
        s = self.settings
        hold = max(s.hold_seconds, s.hold_rounds * interval_seconds)
        if story.cause is Cause.POLICY_CHANGE:
            return max(s.policy_hold_seconds, hold)
        return max(hold, min(s.hold_cap_seconds, hold * 2.0**story.relapses))

    def _probability(self, belief: Belief, cause: Cause, limit: float) -> float:
        score = belief.scores.get(cause, 0.0)
        some = 1.0 / (1.0 + math.exp(-(score - limit + 3.0)))
        return round(some * belief.share(cause), 4)

    def _alternatives(self, belief: Belief, cause: Cause, limit: float) -> list[tuple[str, float]]:
        held = self._probability(belief, cause, limit)
        others = [(c.value, self._probability(belief, c, limit)) for c in belief.scores if c is not cause]
        if belief.nuisance_name:
            others.append((belief.nuisance_name, round(belief.nuisance_share, 4)))
        normal = max(0.0, 1.0 - held - sum(p for _, p in others))
        others.append(("normal", round(normal, 4)))
        return sorted((o for o in others if o[1] >= 0.0005), key=lambda o: (-o[1], o[0]))

    def _impact(self, story: Story, sight: Sight) -> Impact:
        hypothesis = sight.component.hypotheses[sight.belief.best[story.cause]]
        if story.cause is Cause.MAINTENANCE:
            return Impact.MINOR
        if story.cause is Cause.OUTAGE and hypothesis.depth >= 0.6:
            wide = self.total > 1 and 2 * len(story.active_members()) > self.total
            return Impact.CRITICAL if wide else Impact.MAJOR
        return Impact.MAJOR if hypothesis.depth >= 0.6 else Impact.MINOR
