"""Reads what is to be watched from TOML and checks it whole (format: ``deploy/catalog.example.toml``)."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

from probes.instrument.gateways.registry import DIALECTS
from probes.instrument.gateways.vault import reference_problems, variable_problems
from probes.instrument.specs import (
    Catalog,
    ComponentSpec,
    EndpointSpec,
    GroupSpec,
    PersonaSpec,
    ProbeSpec,
    SourceEntry,
    VantageSpec,
)
from probes.listening.sources import USUAL_ZONE, PageKind, read_options
from probes.network.names import place_of, wire_url
from probes.tables import Problems, Table, load, loads, tables, unknown_tables, zone_names
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier

T = TypeVar("T")
_KINDS = ("groups", "components", "personas", "vantages", "endpoints", "probes", "sources")


def read_catalog(path: Path, environ: Mapping[str, str] = os.environ) -> Catalog:
    """The catalog in a TOML file.

    ``environ`` (default: the process's) fills in ``${NAME}``. Raises
    :class:`probes.tables.ProblemsError` that lists every problem with its file, line and place.
    """
    return _build(*load(path, environ))


def parse_catalog(text: str, source: str = "catalog", environ: Mapping[str, str] = os.environ) -> Catalog:
    """Like :func:`read_catalog`, of a text."""
    return _build(*loads(text, source, environ))


def connect_to_problems(connect_to: Mapping[str, object]) -> list[str]:
    """What is wrong with a map of host:port to the host:port that is dialled instead."""
    problems = []
    for side in (side for pair in connect_to.items() for side in pair):
        try:
            place_of(str(side))
        except ValueError:
            problems.append(f"{side!r} is no host:port")
    return problems


def _build(document: dict[str, Any], problems: Problems) -> Catalog:
    unknown_tables(document, problems, ["timezone", *_KINDS, "controls"])

    def each(kind: str, build: Callable[[Table], T]) -> tuple[T, ...]:
        built = []
        for table in tables(document, problems, kind):
            built.append(build(table))
            table.done()
        return tuple(built)

    groups = each("groups", lambda table: GroupSpec(**_named(table), position=_position(table)))
    group_slugs = {group.slug for group in groups}
    components = each("components", lambda table: _component(table, group_slugs))
    personas, vantages = each("personas", _persona), each("vantages", _vantage)
    endpoints, sources = each("endpoints", _endpoint), each("sources", _source)
    if not components:
        problems.add("components", "there is none: nothing would be shown")
    names = _KnownNames(
        components=[item.slug for item in components],
        personas=[item.slug for item in personas],
        vantages=[item.slug for item in vantages],
        endpoints={item.slug: item for item in endpoints},
    )
    matrices = each("probes", lambda table: _matrix(table, names))
    controls = each("controls", lambda table: _controls(table, names))
    catalog = Catalog(
        timezone=_timezone(document.get("timezone", USUAL_ZONE), problems),
        groups=groups,
        components=components,
        personas=personas,
        vantages=vantages,
        endpoints=endpoints,
        probes=tuple(chain.from_iterable((*matrices, *controls))),
        sources=sources,
    )
    for kind in _KINDS:
        _refuse_twins(problems, kind, getattr(catalog, kind))
    problems.raise_if_any()
    return catalog


def _timezone(value: object, problems: Problems) -> str:
    if not isinstance(value, str) or value not in zone_names():
        problems.add("timezone", f"{value!r} is no time zone such as Asia/Shanghai")
        return "UTC"
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownNames:
    """What a probe may refer to."""

    components: list[str]
    personas: list[str]
    vantages: list[str]
    endpoints: dict[str, EndpointSpec]


class _Slugged(Protocol):
    @property
    def slug(self) -> str: ...


def _refuse_twins(problems: Problems, kind: str, specs: Iterable[_Slugged]) -> None:
    seen: set[str] = set()
    for spec in specs:
        if spec.slug and spec.slug in seen:
            problems.add(f"{kind} ({spec.slug})", "the slug is taken by another one")
        seen.add(spec.slug)


def _named(table: Table) -> dict[str, str]:
    """What everything that is shown has."""
    return {
        "slug": table.slug(),
        "name_zh": table.text("name_zh", most=100),
        "name_en": table.text("name_en", most=100),
    }


def _position(table: Table) -> int | None:
    """A place on the page that is not that in the file."""
    return int(table.number("position", least=0, most=1_000_000)) if "position" in table.values else None


def _component(table: Table, groups: set[str]) -> ComponentSpec:
    group = table.text("group", default="") or None
    if group is not None and group not in groups:
        table.wrong("group", f"there is no group {group!r}")
    spec = ComponentSpec(
        **_named(table),
        group=group,
        product=table.optional_member("product", Product),
        kind=table.optional_member("kind", ComponentKind),
        description_zh=table.text("description_zh", default=""),
        description_en=table.text("description_en", default=""),
        caution=table.number("caution", default=1.0),
        position=_position(table),
    )
    if bool(spec.description_zh) != bool(spec.description_en):
        table.wrong(
            "description_en" if spec.description_zh else "description_zh", "missing: give both or none"
        )
    return spec


def _persona(table: Table) -> PersonaSpec:
    payer = table.mapping("payer", raw=True)
    for problem in variable_problems(payer):
        table.wrong("payer", problem)
    return PersonaSpec(**_named(table), risk_tier=table.member("risk_tier", RiskTier), payer=payer)


def _vantage(table: Table) -> VantageSpec:
    connect_to = table.mapping("connect_to")
    for problem in connect_to_problems(connect_to):
        table.wrong("connect_to", problem)
    return VantageSpec(**_named(table), connect_to=connect_to)


def _endpoint(table: Table) -> EndpointSpec:
    spec = EndpointSpec(
        **_named(table),
        gateway=table.choice("gateway", DIALECTS),
        base_url=_url(table, "base_url").rstrip("/"),
        credentials=table.mapping("credentials", raw=True),
    )
    for problem in reference_problems(spec.credentials):
        table.wrong("credentials", problem)
    dialect = DIALECTS.get(spec.gateway)
    if dialect is None:
        return spec
    for name in dialect.required:
        if name not in spec.credentials:
            table.wrong("credentials", f"{name} is missing")
    table.only("credentials", spec.credentials, (*dialect.required, *dialect.credentials))
    return spec


def _source(table: Table) -> SourceEntry:
    options = table.inner("options")
    spec = SourceEntry(
        **_named(table),
        kind=table.member("kind", PageKind),
        url=_url(table, "url"),
        options=options.values,
        interval_seconds=table.number("interval_seconds", default=60),
    )
    read_options(options, slug=spec.slug, kind=spec.kind, url=spec.url)
    return spec


def _url(table: Table, key: str) -> str:
    url = table.text(key, most=500)
    try:
        if url:
            wire_url(url)
    except ValueError as error:
        table.wrong(key, str(error))
    return url


def _matrix(table: Table, names: _KnownNames) -> list[ProbeSpec]:
    """A ``[[probes]]`` table: one probe for each component, persona and vantage that it names."""
    pattern = table.text("slug", default="{component}.{persona}.{vantage}", most=150)
    components = _known(table, "components", names.components)
    personas = _known(table, "personas", names.personas)
    vantages = _known(table, "vantages", names.vantages)
    standing = _standing_order(table, names)
    return [
        ProbeSpec(
            slug=_filled(table, pattern, component=component, persona=persona, vantage=vantage),
            component=component,
            persona=persona,
            vantage=vantage,
            **standing,
        )
        for component in components
        for persona in personas
        for vantage in vantages
    ]


def _controls(table: Table, names: _KnownNames) -> list[ProbeSpec]:
    """A ``[[controls]]`` table: one control for each vantage that it names."""
    slug = table.slug()
    vantages = _known(table, "vantages", names.vantages)
    standing = _standing_order(table, names)
    return [
        ProbeSpec(slug=f"control.{slug}.{vantage}", component=None, persona=None, vantage=vantage, **standing)
        for vantage in vantages
    ]


def _known(table: Table, key: str, known: list[str]) -> tuple[str, ...]:
    """The slugs a list names, ``["*"]`` meaning all of them."""
    slugs = table.texts(key)
    if slugs == ("*",):
        return tuple(known)
    for slug in slugs:
        if slug not in known:
            table.wrong(key, f"there is no {key[:-1]} {slug!r}")
    return tuple(slug for slug in slugs if slug in known)


def _standing_order(table: Table, names: _KnownNames) -> dict[str, Any]:
    """What the probes of one table have in common, as arguments of :class:`ProbeSpec`."""
    slug = table.text("endpoint")
    endpoint = names.endpoints.get(slug)
    if slug and endpoint is None:
        table.wrong("endpoint", f"there is no endpoint {slug!r}")
    dialect = DIALECTS.get(endpoint.gateway) if endpoint else None
    operation = table.choice("operation", dialect.operations) if dialect else table.text("operation")
    # Keys stand in headers, and are resolved when a check runs, as those in credentials are.
    options = table.mapping("options", kept="headers")
    headers = options.get("headers")
    for problem in variable_problems(headers) if isinstance(headers, dict) else ():
        table.wrong("options", f"headers.{problem}")
    if dialect:
        table.only("options", options, dialect.options)
    return {
        "endpoint": slug,
        "operation": operation,
        "options": options,
        "interval_seconds": table.number("interval_seconds", default=60),
        "timeout_seconds": table.number("timeout_seconds", default=10, most=120),
        "slow_after_ms": table.optional_number("slow_after_ms"),
    }


def _filled(table: Table, pattern: str, **parts: str) -> str:
    try:
        slug = pattern.format(**parts)
    except (KeyError, IndexError, ValueError):
        table.wrong("slug", f"{pattern!r}: only {{component}}, {{persona}} and {{vantage}} can be filled in")
        return ".".join(parts.values())
    if not re.fullmatch(r"[a-z0-9._-]+", slug) or len(slug) > 150:
        table.wrong(
            "slug", f"{slug!r} is no slug of at most 150 lower-case letters, digits, dots and hyphens"
        )
    return slug
