"""Words of the page that depend on numbers: durations, shares, states, causes and what to do about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, ngettext, pgettext

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty, Evidence
from statuspage.incidents.models import ComponentState, IncidentStatus, MaintenanceStatus
from statuspage.monitoring.words import OUTCOMES, SYMPTOMS
from statuspage.public.read.values import Text


def span(duration: timedelta) -> str:
    """A duration in at most two units, never finer than it is interesting."""
    seconds = max(0, round(duration.total_seconds()))
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _two_units(gettext("%(n)d h") % {"n": hours}, rest and gettext("%(n)d min") % {"n": rest})
    days, hours = divmod(hours, 24)
    return _two_units(
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days}, hours and gettext("%(n)d h") % {"n": hours}
    )


def _two_units(larger: str, smaller: str | int) -> str:
    """Both, or the larger alone where nothing is left over."""
    return f"{larger} {smaller}" if smaller else larger


def percent(ratio: float | None) -> str:
    """A share as per cent, with the more digits the nearer it is to all; a dash where it is unknown."""
    if ratio is None:
        return "–"
    if ratio >= 1:
        return "100%"
    digits = 2 if ratio >= 0.99 else 1 if ratio >= 0.9 else 0
    return f"{int(ratio * 100 * 10**digits) / 10**digits:.{digits}f}%"


def number(value: float) -> str:
    """A count, or a usual count, without needless digits."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def cause_word(cause: str) -> str:
    """The word of a cause, of ``normal`` and of the other things that an explanation can be."""
    return {
        Cause.OUTAGE.value: gettext("System outage"),
        Cause.MAINTENANCE.value: gettext("Maintenance"),
        Cause.RISK_CONTROL.value: gettext("Risk control"),
        Cause.POLICY_CHANGE.value: gettext("Policy change"),
        "normal": gettext("Nothing unusual"),
        "vantage_lost": gettext("Our own network"),
        "unknown": gettext("Unknown"),
    }.get(cause, cause)


def state_word(state: ComponentState) -> str:
    """How a component stands, in one or two words."""
    return {
        ComponentState.OPERATIONAL: gettext("Operational"),
        ComponentState.DEGRADED: gettext("Degraded"),
        ComponentState.PARTIAL: gettext("Partial outage"),
        ComponentState.MAJOR: gettext("Major outage"),
        ComponentState.MAINTENANCE: gettext("Under maintenance"),
        ComponentState.UNKNOWN: gettext("We do not know"),
    }[state]


def status_word(status: str) -> str:
    """Where an incident or a maintenance stands."""
    return {
        IncidentStatus.INVESTIGATING.value: gettext("Investigating"),
        IncidentStatus.IDENTIFIED.value: gettext("Identified"),
        IncidentStatus.MONITORING.value: gettext("Monitoring"),
        IncidentStatus.RESOLVED.value: gettext("Resolved"),
        IncidentStatus.POSTMORTEM.value: gettext("Post-mortem"),
        MaintenanceStatus.SCHEDULED.value: gettext("Scheduled"),
        MaintenanceStatus.IN_PROGRESS.value: gettext("In progress"),
        MaintenanceStatus.VERIFYING.value: gettext("Verifying"),
        MaintenanceStatus.COMPLETED.value: gettext("Completed"),
    }.get(str(status), str(status))


def certainty_word(certainty: Certainty) -> str:
    """Whether it is only suspected."""
    return gettext("Suspected") if certainty is Certainty.SUSPECTED else gettext("Confirmed")


def impact_word(impact: Impact) -> str:
    """How bad an incident is."""
    return {
        Impact.NONE: pgettext("impact", "no impact"),
        Impact.MINOR: gettext("minor impact"),
        Impact.MAJOR: gettext("major impact"),
        Impact.CRITICAL: gettext("critical impact"),
    }[impact]


def tier_word(tier: RiskTier) -> str:
    """How a risk engine would rate a payer."""
    return {
        RiskTier.LOW: gettext("low-risk payers"),
        RiskTier.ELEVATED: gettext("elevated-risk payers"),
        RiskTier.HIGH: gettext("high-risk payers"),
    }[tier]


def outcome_word(outcome: Outcome) -> str:
    """What came of a check, in words that a payer knows."""
    return str(OUTCOMES[outcome])


def symptom_word(symptom: Symptom) -> str:
    """What a user's post complains of."""
    return str(SYMPTOMS[symptom])


def advice(cause: Cause) -> tuple[str, ...]:
    """What to do now, the most urgent first."""
    return {
        Cause.OUTAGE: (
            gettext("Do not pay twice: first look in your bill whether the payment went through."),
            gettext("Use another way to pay, such as balance, bank card or cash, or wait."),
            gettext("Your account is not at fault; there is nothing to appeal."),
        ),
        Cause.MAINTENANCE: (
            gettext("Wait until the work is over; use another way to pay until then."),
            gettext("If money left your account, look in your bill before you pay again."),
        ),
        Cause.RISK_CONTROL: (
            gettext("Others are refused too: it need not be your fault."),
            gettext("Check overdue repayments, limits, a new device and unusual purchases."),
            gettext("Keep a screenshot, the time and the message; appeal through official support only."),
            gettext("Have another way to pay at hand; repeated attempts can make it worse."),
        ),
        Cause.POLICY_CHANGE: (
            gettext("Read the official notice: who is affected, and from when."),
            gettext("Settle what you owe on time; it stays due."),
            gettext("Change to another way to pay: trying again will not help."),
        ),
    }[cause]


def acceptance_fact(evidence: Evidence) -> str:
    """Who is still served, by risk tier, and from how many vantages that was seen; empty without checks."""
    shares = []
    for tier in RiskTier:
        seen = [probe for probe in evidence.probes if probe.tier is tier]
        checks = sum(probe.checks for probe in seen)
        if checks:
            ratio = sum(probe.accepted for probe in seen) / checks
            shares.append(
                gettext("%(who)s %(share)s") % {"who": tier_word(tier), "share": f"{round(ratio * 100)}%"}
            )
    if not shares:
        return ""
    vantages = len({probe.vantage for probe in evidence.probes})
    return ngettext(
        "accepted from %(n)d vantage: %(shares)s", "accepted from %(n)d vantages: %(shares)s", vantages
    ) % {"n": vantages, "shares": pgettext("list", ", ").join(shares)}


def reports_fact(evidence: Evidence) -> str:
    """How many users complain, against the usual; empty where it is no more than that."""
    loud = [report for report in evidence.reports if report.symptom.complains]
    count = sum(report.count for report in loud)
    usual = sum(report.usual for report in loud)
    if count <= usual:
        return ""
    return ngettext(
        "%(n)d user reports it (usually %(usual)s)", "%(n)d users report it (usually %(usual)s)", count
    ) % {"n": count, "usual": number(usual)}


def local(at: datetime) -> datetime:
    """A moment in the site's zone."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE))


def zone_name(at: datetime) -> str:
    """The offset of a moment's zone, such as UTC+8."""
    offset = at.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "+" if minutes >= 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def zone_label(at: datetime) -> str:
    """The site's zone with its offset at that moment, such as ``Asia/Shanghai (UTC+8)``."""
    offset = zone_name(local(at))
    return "UTC" if settings.TIME_ZONE == "UTC" else f"{settings.TIME_ZONE} ({offset})"


def feed_description() -> str:
    """What the feed is about."""
    return gettext("Outages, maintenance, risk control and policy changes of payment services")


def calendar_name() -> str:
    """What the calendar of planned work is called."""
    return gettext("Planned maintenance of payment services")


def unread_fact(names: Sequence[Text]) -> str:
    """That some sources of posts cannot be read, so that few complaints do not mean that few complain."""
    told = pgettext("list", ", ").join(str(name) for name in names)
    return gettext("posts cannot be read now at: %(names)s; silence there says nothing") % {"names": told}
