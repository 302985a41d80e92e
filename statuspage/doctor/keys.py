"""Examines credentials: whether a request can be made with them here, and what expires or does not match."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.x509 import Certificate
from django.db.models import Min

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.protocol import Ask, CredentialsError
from probes.instrument.runs import CheckOrder
from probes.tables import substitute
from statuspage import clock
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.monitoring.models import CheckResult, Endpoint, Persona, Probe
from statuspage.monitoring.orders import order_of, site_vault
from statuspage.monitoring.selectors import standing_probes
from statuspage.wording import doctor as words

OURS_SOON, THEIRS_SOON = timedelta(days=30), timedelta(days=14)
SEEN_WITHIN = timedelta(hours=2)
KEY, CERTIFICATES, OWN_CERTIFICATE = "private_key_file", "_certificate_file", "app_certificate_file"


def examine_keys() -> Iterator[Finding]:
    """One probe of each endpoint, and every certificate that is held or was seen."""
    now = clock.now()
    related = standing_probes().select_related("endpoint", "persona", "vantage", "usual_page")
    probes = {probe.endpoint_id: probe for probe in related.order_by("-slug")}
    told = list(_without_variables())
    yield from told
    silent = {finding.where for finding in told}
    for probe in sorted(probes.values(), key=lambda one: one.endpoint.slug):
        if not silent & {probe.endpoint.slug, probe.persona.slug if probe.persona else ""}:
            yield from usable(probe, order_of(probe, now), now)
    for endpoint in Endpoint.objects.filter(pk__in=probes):
        yield from certificates_held(endpoint.slug, endpoint.credentials, now)
    yield from certificates_seen(_seen(now), now)


def _without_variables() -> Iterator[Finding]:
    """Endpoints and payers in use that refer to variables which are not there."""
    probes = standing_probes().order_by()
    endpoints = Endpoint.objects.filter(pk__in=probes.values("endpoint")).values_list("slug", "credentials")
    payers = Persona.objects.filter(pk__in=probes.values("persona")).values_list("slug", "payer")
    for slug, values in (*endpoints, *payers):
        missing = unset(values, os.environ)
        if missing:
            yield error(Area.KEYS, slug, words.UNSET, names=", ".join(missing))


def unset(values: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
    """The variables that credentials or a payer refer to, at any depth, and that are not there."""
    text, known, names = msgspec.json.encode(values).decode(), dict(environ), list[str]()
    while True:
        try:
            substitute(text, known)
        except KeyError as missing:
            names.append(str(missing.args[0]))
            known[names[-1]] = "known to be missing"
        else:
            return names


def usable(probe: Probe, order: CheckOrder, now: datetime) -> Iterator[Finding]:
    """Make a probe's first request, with all that it is signed by, and send it nowhere."""
    ask = Ask(
        operation=order.operation,
        run_id="doctor",
        now=now,
        payer=order.payer,
        options=order.options,
        usual=order.usual,
    )
    conversation = order.gateway.converse(ask)
    try:
        next(conversation)
    except StopIteration:
        return
    except (ValueError, KeyError) as problem:
        yield error(
            Area.KEYS, probe.endpoint.slug, words.BAD_CREDENTIALS, problem=str(problem), probe=probe.slug
        )
    finally:
        conversation.close()


def certificates_held(endpoint: str, values: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """The certificates in files; one that cannot be read keeps a request from being made, which is told."""
    credentials = Credentials(endpoint, values, site_vault())
    for name in values:
        if not name.endswith(CERTIFICATES) or not _is_given(credentials, name):
            continue
        try:
            certificates = credentials.certificates(name)
        except CredentialsError:
            continue
        yield from _expiring(endpoint, name, certificates, now)
        if name == OWN_CERTIFICATE and not _belongs(credentials, certificates[0]):
            yield error(Area.KEYS, endpoint, words.KEY_MISMATCH, name=name)


def certificates_seen(expiries: Mapping[str, datetime], now: datetime) -> Iterator[Finding]:
    """The certificates that endpoints showed in checks; the first that expires, by endpoint."""
    for endpoint, expires in expiries.items():
        if expires - now < THEIRS_SOON:
            yield warning(Area.KEYS, endpoint, words.CERTIFICATE_OF_THEIRS, day=f"{expires:%Y-%m-%d}")


def _expiring(endpoint: str, name: str, certificates: list[Certificate], now: datetime) -> Iterator[Finding]:
    # Of a chain, or of several that are held at once, the newest counts.
    until = max(certificate.not_valid_after_utc for certificate in certificates)
    if until - now < OURS_SOON:
        make = error if until < now else warning
        yield make(Area.KEYS, endpoint, words.CERTIFICATE_OF_OURS, name=name, day=f"{until:%Y-%m-%d}")


def _belongs(credentials: Credentials, certificate: Certificate) -> bool:
    try:
        ours = credentials.rsa_private_key(KEY).public_key()
    except CredentialsError:
        return True  # that it cannot be read is told already
    return ours == certificate.public_key()


def _is_given(credentials: Credentials, name: str) -> bool:
    try:
        return credentials.has(name)
    except CredentialsError:
        return False


def _seen(now: datetime) -> dict[str, datetime]:
    recent = CheckResult.objects.filter(at__gt=now - SEEN_WITHIN, certificate_expires_at__isnull=False)
    rows = recent.order_by().values_list("probe__endpoint__slug")
    return dict(rows.annotate(first=Min("certificate_expires_at")))
