"""The orders of the probes in use: made once, and anew only where something of them changed."""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec
from django.conf import settings

from probes.instrument.gateways.protocol import Gateway, Unusable
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault, VaultError
from probes.instrument.runs import CheckOrder
from probes.instrument.specs import EndpointAccess
from probes.network.proxies import Proxy
from statuspage.monitoring.models import Endpoint, Probe, Vantage
from statuspage.monitoring.selectors import interval_of, standing_probes
from statuspage.monitoring.standing import REREAD_S, DueCheck, as_stored, latest_after
from statuspage.monitoring.usual import usual_of

# All that an order is made of, as it is stored.
_COLUMNS = (
    "id",
    "slug",
    "operation",
    "options",
    "timeout_seconds",
    "slow_after_ms",
    "interval_seconds",
    "persona__payer",
    "vantage__slug",
    "vantage__connect_to",
    "endpoint__slug",
    "endpoint__gateway",
    "endpoint__base_url",
    "endpoint__credentials",
    "usual_page__asked",
    "usual_page__usual",
)
# In an order that is not given yet.
NO_TICK = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)

# Probes that are read at a time.
PORTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeOrder:
    """A probe, and its order at any tick, of which it may begin until ``latest`` afterwards."""

    probe: Probe
    order: CheckOrder
    latest: timedelta

    def at(self, tick: datetime) -> CheckOrder:
        return replace(self.order, tick=tick)


class Orders:
    """The orders of all probes in use, or of one vantage's, as they were when they were last read."""

    def __init__(self, vantage: str | None = None) -> None:
        self._only = vantage
        self._read_at: float | None = None
        self._rows: dict[int, tuple[object, ...]] = {}
        self._known: dict[int, ProbeOrder] = {}

    def of(self, due: Iterable[DueCheck]) -> Mapping[int, ProbeOrder]:
        """What is known of these probes, by id."""
        ids = {check.probe_id for check in due}
        return {pk: self._known[pk] for pk in ids if pk in self._known}

    def refresh(self) -> None:
        """Read them again, if it is time to; raises where the database does not answer."""
        if self._read_at is not None and time.monotonic() < self._read_at + REREAD_S:
            return
        rows = self._read()
        changed = [pk for pk, row in rows.items() if self._rows.get(pk) != row]
        for start in range(0, len(changed), PORTION):
            self._known |= _made(changed[start : start + PORTION])
        self._known = {pk: known for pk, known in self._known.items() if pk in rows}
        self._rows, self._read_at = rows, time.monotonic()

    def _read(self) -> dict[int, tuple[object, ...]]:
        probes = standing_probes()
        if self._only is not None:
            probes = probes.filter(vantage__slug=self._only)
        return {row[0]: row for row in as_stored(probes.order_by().values_list(*_COLUMNS))}


def _made(ids: list[int]) -> dict[int, ProbeOrder]:
    related = Probe.objects.select_related("persona", "vantage", "endpoint", "usual_page")
    made: dict[int, ProbeOrder] = {}
    for pk, probe in related.in_bulk(ids).items():
        try:
            latest = latest_after(interval_of(probe).total_seconds())
            made[pk] = ProbeOrder(probe=probe, order=order_of(probe, NO_TICK), latest=latest)
        except ValueError as error:
            # Its ticks will be missed; those of the others must not.
            log.error("probe %s cannot be asked: %s", probe.slug, error)
    return made


def order_of(probe: Probe, tick: datetime, vantage: Vantage | None = None) -> CheckOrder:
    """One run of ``probe``, with the settings of ``vantage`` or else of its own."""
    place, gateway = vantage or probe.vantage, _gateway_of(probe.endpoint)
    payer, options = probe.persona.payer if probe.persona is not None else {}, probe.options
    try:
        payer = site_vault().resolved(payer)
        if "headers" in options:
            options = {**options, "headers": site_vault().resolved(options["headers"])}
    except VaultError as error:
        gateway, payer = Unusable(f"a value of the payer or of a header {error}"), {}
    return CheckOrder(
        probe=probe.slug,
        tick=tick,
        gateway=gateway,
        operation=probe.operation,
        payer=payer,
        options=options,
        usual=usual_of(probe),
        connect_to=place.connect_to,
        proxy=_proxy_of(place.slug),
        timeout_s=probe.timeout_seconds,
        slow_after_ms=probe.slow_after_ms,
    )


def _proxy_of(vantage: str) -> Proxy | None:
    name = re.sub(r"\W", "_", vantage).upper()
    proxies: dict[str, Proxy | None] = settings.PROBE_PROXIES
    common: Proxy | None = settings.PROBE_PROXY
    return proxies.get(name, common)


def _gateway_of(endpoint: Endpoint) -> Gateway:
    credentials = msgspec.json.encode(endpoint.credentials, order="sorted")
    return _gateway(endpoint.slug, endpoint.gateway, endpoint.base_url, credentials)


@lru_cache(maxsize=4096)
def _gateway(slug: str, gateway: str, base_url: str, credentials: bytes) -> Gateway:
    """One gateway for as long as its endpoint stays as it is: it keeps keys and certificates."""
    return make_gateway(
        EndpointAccess(
            slug=slug,
            gateway=gateway,
            base_url=base_url.rstrip("/"),
            credentials=msgspec.json.decode(credentials),
        ),
        site_vault(),
    )


def site_vault() -> Vault:
    """Where this site's secrets are."""
    return Vault(folder=settings.SECRETS_DIR)
