"""Alipay and a UnionPay terminal: each effect as each payer meets it, in the dialect's own words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from probes.instrument.catalog import read_catalog
from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.registry import make_gateway
from probes.simulator.cast import NEIGHBOURS as PARTS
from probes.simulator.fates import PHRASES, Dialect, Meaning
from probes.simulator.observe import as_read, observe
from probes.vocabulary.observations import WatchedProbe
from probes.vocabulary.outcomes import Outcome
from tests.simulator.asking import NEIGHBOURS, SayingWorld, orders_of, run_catalog, run_orders, vault_of
from tests.support.pretended import Pretended, pretended_world, utc_now

MEANT: dict[Meaning, set[Outcome]] = {
    Meaning.BUSY: {Outcome.SERVER_ERROR},
    Meaning.BANK: {Outcome.SERVER_ERROR},
    Meaning.UNAVAILABLE: {Outcome.SERVER_ERROR},
    Meaning.GATEWAY: {Outcome.SERVER_ERROR},
    Meaning.GATEWAY_TIMEOUT: {Outcome.SERVER_ERROR},
    Meaning.EMPTY: {Outcome.BAD_ANSWER},
    Meaning.MALFORMED: {Outcome.BAD_ANSWER},
    Meaning.RISK: {Outcome.DECLINED_RISK},
    Meaning.MASKED: {Outcome.SERVER_ERROR, Outcome.DECLINED_UNKNOWN},
    Meaning.LIMIT: {Outcome.DECLINED_LIMIT},
    Meaning.POLICY: {Outcome.DECLINED_POLICY},
    Meaning.FUNDS: {Outcome.DECLINED_FUNDS},
    Meaning.ACCOUNT: {Outcome.DECLINED_ACCOUNT},
    Meaning.UNSAID: {Outcome.DECLINED_UNKNOWN},
    Meaning.MAINTENANCE: {Outcome.MAINTENANCE},
    Meaning.THROTTLED: {Outcome.THROTTLED},
    Meaning.NO_ROUTE: {Outcome.MISCONFIGURED},
    Meaning.KEY_REFUSED: {Outcome.UNAUTHENTICATED},
}


def test_every_probe_is_accepted_when_all_is_well(pretended: Pretended) -> None:
    runs = run_catalog(pretended, catalog=NEIGHBOURS)

    assert len(runs) == 9
    assert {slug: (run.outcome, run.message) for slug, run in runs.items() if run.outcome != "accepted"} == {}
    assert {slug.partition(".")[0]: [step.name for step in run.steps] for slug, run in runs.items()} == {
        "alipay-order": ["precreate", "query", "cancel"],
        "alipay-code": ["pay", "query", "cancel"],
        "union-till": ["purchase", "reversal"],
    }


def test_payment_is_accepted_when_its_payer_is_asked_for_the_password(pretended: Pretended) -> None:
    orders = orders_of(pretended, NEIGHBOURS, keep=lambda probe: probe.slug == "alipay-code.ordinary.east")

    (run,) = run_orders(
        pretended,
        [replace(order, payer={"alipay_auth_code": "281156780123456799"}) for order in orders],
    ).values()

    assert (run.outcome, [step.code for step in run.steps]) == (
        Outcome.ACCEPTED,
        ["10003", "WAIT_BUYER_PAY", "10000"],
    )


@pytest.mark.parametrize("operation", ["authorise", "balance", "echo", "sign_on"])
def test_terminal_is_answered_when_a_probe_uses_another_operation(
    pretended: Pretended, operation: str
) -> None:
    orders = orders_of(pretended, NEIGHBOURS, keep=lambda probe: probe.slug == "union-till.ordinary.east")

    (run,) = run_orders(pretended, [replace(order, operation=operation) for order in orders]).values()

    assert (run.outcome, run.code, run.message) == (Outcome.ACCEPTED, "00", "")


@pytest.mark.parametrize(
    ("component", "credentials", "outcome", "code"),
    [
        (
            "alipay-code",
            {
                "alipay_public_key_file": "",
                "app_certificate_file": "merchant.pem",
                "alipay_certificate_file": "platform.pem",
                "alipay_root_certificate_file": "platform.pem",
            },
            Outcome.ACCEPTED,
            "10000",
        ),
        ("alipay-code", {"alipay_certificate_file": "platform.pem"}, Outcome.ACCEPTED, "10000"),
        (
            "alipay-code",
            {"private_key_file": "platform.pem"},
            Outcome.UNAUTHENTICATED,
            "isv.invalid-signature",
        ),
        ("alipay-code", {"alipay_public_key_file": "other.pem"}, Outcome.UNAUTHENTICATED, "UNKNOWN_SERIAL"),
        ("alipay-order", {"app_id": "2021999"}, Outcome.UNAUTHENTICATED, "isv.invalid-app-id"),
        ("union-till", {"mac_key": "00" * 16}, Outcome.UNAUTHENTICATED, "A0"),
        ("union-till", {"terminal_id": "99999999"}, Outcome.MISCONFIGURED, "97"),
    ],
)
def test_check_is_ours_when_our_keys_or_numbers_are_wrong(
    pretended: Pretended, component: str, credentials: dict[str, str], outcome: Outcome, code: str
) -> None:
    folder = pretended.keys.folder
    merchant = pretended.keys.merchant_public_key
    (folder / "other.pem").write_bytes(merchant.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    catalog = read_catalog(NEIGHBOURS, pretended.environment)
    endpoint = next(item for item in catalog.endpoints if item.slug == component)
    given = {
        name: str(folder / value) if value.endswith(".pem") else value for name, value in credentials.items()
    }
    gateway = make_gateway(
        replace(endpoint, credentials={**endpoint.credentials, **given}), vault_of(pretended)
    )
    orders = orders_of(pretended, NEIGHBOURS, keep=lambda probe: probe.slug == f"{component}.ordinary.east")

    (run,) = run_orders(pretended, [replace(order, gateway=gateway) for order in orders]).values()

    assert (run.outcome, run.code) == (outcome, code)


@pytest.fixture(scope="module")
def saying(keys_folder: Path) -> Iterator[Pretended]:
    with pretended_world(keys_folder, world=SayingWorld()) as running:
        yield running


@pytest.mark.parametrize("component", PARTS)
def test_answer_is_read_alike_and_as_meant_when_it_comes_through_the_network_and_without_one(
    saying: Pretended, component: str
) -> None:
    world = saying.world
    assert isinstance(world, SayingWorld)
    slug = f"{component}.reseller.east"
    orders = orders_of(saying, NEIGHBOURS, keep=lambda probe: probe.slug == slug)
    watched = WatchedProbe(slug=slug, component=component, persona="reseller", vantage="east", interval_s=60)
    wrong = []

    for meaning, phrases in PHRASES[PARTS[component].dialect].items():
        for world.said in phrases:
            run = run_orders(saying, orders)[slug]
            check = observe(world, watched, utc_now())
            read = (run.error, run.http_status, run.code, run.message)
            expected = (check.error, check.http_status, check.code, check.message)
            if read != expected or run.outcome not in MEANT[meaning]:
                wrong.append((meaning, world.said, read, expected, run.outcome))

    assert wrong == []


@pytest.mark.parametrize("dialect", [one for one in Dialect if one is not Dialect.CONTROL])
def test_phrase_is_read_as_it_is_meant_by_a_rule_of_the_code_book(dialect: Dialect) -> None:
    book = default_code_book()
    wrong = []

    for meaning, phrases in PHRASES[dialect].items():
        for said in phrases:
            code, message = as_read(said)
            outcome, rule = book.explain(error=None, http_status=said.status, code=code, message=message)
            # The exposure of a product is taken away without a word of the reason.
            meant = {Outcome.DECLINED_UNKNOWN} if code == "FQF_EXPOSURE_FALSE" else MEANT[meaning]
            if outcome not in meant or rule is None:
                wrong.append((meaning, said, outcome))

    assert wrong == []
