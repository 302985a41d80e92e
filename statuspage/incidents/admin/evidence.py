"""Shows an incident's evidence to an admin: who was refused where, what users said, what else it might be."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from statuspage.analysis.values import Evidence, ProbeEvidence, ReportEvidence, SignalEvidence
from statuspage.incidents.evidence import causes_from_json, evidence_from_json
from statuspage.incidents.models import CAUSE_CHOICES, Incident
from statuspage.logbook.showing import moment
from statuspage.monitoring.models import Component, Persona, Vantage
from statuspage.monitoring.models.watched import Named
from statuspage.wording.active import said
from statuspage.wording.labels import SYMPTOMS, outcome, payers
from statuspage.wording.numbers import chance, percent

CAUSES: dict[str, Promise] = dict(CAUSE_CHOICES)


def evidence_of(incident: Incident) -> SafeString:
    """The evidence as tables; a dash where a person opened the incident without any."""
    evidence = evidence_from_json(incident.evidence)
    if evidence is None:
        return SafeString("–")
    weight = _(
        "Weight: how far it moved the verdict towards the cause; 3 makes the cause twenty times likelier, a "
        "negative one less likely."
    )
    tables = _probes(evidence), _reports(evidence), _signals(evidence), _window(evidence)
    return format_html("{}<p class='help'>{}</p>{}{}{}{}", _as_of(incident), weight, *tables)


def _as_of(incident: Incident) -> SafeString:
    if incident.evidence_at is None:
        return SafeString("")
    return format_html("<p>{}</p>", _("As of %(at)s.") % {"at": moment(incident.evidence_at)})


def explanations_of(incident: Incident) -> SafeString:
    """Which causes were held in turn, and what else it might have been."""
    rows = [
        (
            _("held since %(time)s") % {"time": moment(held.at)},
            str(CAUSES[held.cause]),
            held.confidence,
        )
        for held in causes_from_json(incident.causes)
    ]
    rows += [
        (_("or else"), str(CAUSES.get(name, _("nothing out of the ordinary"))), float(probability))
        for name, probability in incident.alternatives
    ]
    return _table([], ((when, name, chance(probability)) for when, name, probability in rows))


def _probes(evidence: Evidence) -> SafeString:
    heads = [
        _("component"),
        _("persona"),
        _("accounts"),
        _("vantage"),
        _("accepted"),
        _("usually not accepted"),
        _("outcomes"),
        _("sample"),
        _("weight"),
    ]
    names = NamesBySlug(Component), NamesBySlug(Persona), NamesBySlug(Vantage)
    probes = sorted(evidence.probes, key=lambda probe: -probe.weight)
    return _table(heads, (_probe(probe, *names) for probe in probes))


class NamesBySlug(dict[str, str]):
    """What the rows of a catalog model are called, by slug; a slug that is gone stands for itself."""

    def __init__(self, model: type[Named]) -> None:
        super().__init__((row.slug, said(row.name)) for row in model._default_manager.all())

    def __missing__(self, slug: str) -> str:
        return slug


def _probe(
    probe: ProbeEvidence, components: NamesBySlug, personas: NamesBySlug, vantages: NamesBySlug
) -> tuple[str, ...]:
    return (
        components[probe.component],
        personas[probe.persona],
        said(payers(probe.tier)),
        vantages[probe.vantage],
        f"{probe.accepted} / {probe.checks}",
        percent(probe.usual_failure_ratio),
        ", ".join(f"{said(outcome(each))} {count}" for each, count in probe.outcomes),
        probe.sample,
        f"{probe.weight:.1f}",
    )


def _reports(evidence: Evidence) -> SafeString:
    heads = [_("symptom"), _("reports"), _("usual"), _("authors"), _("quotes"), _("weight")]
    return _table(heads, map(_report, evidence.reports))


def _report(report: ReportEvidence) -> tuple[str, ...]:
    return (
        said(SYMPTOMS[report.symptom].say()),
        str(report.count),
        f"{report.usual:.1f}",
        str(report.authors),
        " · ".join(report.quotes),
        f"{report.weight:.1f}",
    )


def _signals(evidence: Evidence) -> SafeString:
    heads = [_("other monitor"), _("cause"), _("signals"), _("began"), _("ended at"), _("names"), _("weight")]
    return _table(heads, map(_signal, evidence.signals))


def _signal(said_so: SignalEvidence) -> tuple[str, ...]:
    return (
        said_so.sender,
        str(CAUSES[said_so.cause]),
        str(said_so.count),
        moment(said_so.since),
        "–" if said_so.ended_at is None else moment(said_so.ended_at),
        ", ".join(said_so.names),
        f"{said_so.weight:.1f}",
    )


def _window(evidence: Evidence) -> SafeString:
    if evidence.maintenance is None:
        return SafeString("")
    return format_html("<p>{}: {}</p>", _("announced maintenance"), evidence.maintenance)


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> SafeString:
    body = [(format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows]
    if not body:
        return SafeString("")
    head = format_html_join("", "<th scope='col'>{}</th>", ((text,) for text in heads))
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        head,
        format_html_join("", "<tr>{}</tr>", body),
    )
