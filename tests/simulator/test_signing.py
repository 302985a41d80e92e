"""Whose fault it is when WeChat Pay's signature does not hold, through the network and the real runner."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import tls_context
from probes.simulator.cast import MCHID, PARTS, PAYERS, WECHAT_HOST
from probes.simulator.wechat.manners import Manners, SignedBy
from probes.simulator.wire.keys import PUBLIC_KEY_ID
from probes.vocabulary.outcomes import Outcome
from tests.simulator.asking import vault_of
from tests.support.pretended import Pretended, utc_now

APIV3_KEY = "apiv3_key"
PUBLIC_KEY = "public key"
CERTIFICATE = "certificate"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the merchant holds, how the platform signs, and what is right to say."""

    holds: tuple[str, ...]
    manners: Manners
    outcome: Outcome
    code: str = "SUCCESS"
    words: str = ""


SITUATIONS = {
    "public-key mode, and its key": Situation(
        holds=(PUBLIC_KEY,), manners=Manners(certificates=False), outcome=Outcome.ACCEPTED
    ),
    "public-key mode, and an APIv3 key only": Situation(
        holds=(APIV3_KEY,),
        manners=Manners(certificates=False, signed_by=SignedBy.PUBLIC_KEY),
        outcome=Outcome.UNAUTHENTICATED,
        code="UNKNOWN_SERIAL",
        words="give platform_public_key_file and this platform_public_key_id",
    ),
    "no certificates, and an APIv3 key only": Situation(
        holds=(APIV3_KEY,),
        manners=Manners(certificates=False),
        outcome=Outcome.UNAUTHENTICATED,
        code="UNKNOWN_SERIAL",
        words="the public key and its id are wanted",
    ),
    "certificate mode": Situation(holds=(APIV3_KEY,), manners=Manners(), outcome=Outcome.ACCEPTED),
    "rotated, certificates fetched": Situation(
        holds=(APIV3_KEY,), manners=Manners(rotated=True), outcome=Outcome.ACCEPTED
    ),
    "rotated, the old certificate in a file beside the APIv3 key": Situation(
        holds=(APIV3_KEY, CERTIFICATE), manners=Manners(rotated=True), outcome=Outcome.ACCEPTED
    ),
    "rotated, the old certificate in a file and no more": Situation(
        holds=(CERTIFICATE,),
        manners=Manners(rotated=True),
        outcome=Outcome.UNAUTHENTICATED,
        code="UNKNOWN_SERIAL",
        words="a serial that none of your keys has",
    ),
    "being moved: the public key, signed by the certificate": Situation(
        holds=(PUBLIC_KEY, APIV3_KEY),
        manners=Manners(signed_by=SignedBy.CERTIFICATE),
        outcome=Outcome.ACCEPTED,
    ),
    "being moved: both, signed by the public key": Situation(
        holds=(PUBLIC_KEY, CERTIFICATE),
        manners=Manners(signed_by=SignedBy.PUBLIC_KEY),
        outcome=Outcome.ACCEPTED,
    ),
    "moved: a certificate, signed by the public key": Situation(
        holds=(CERTIFICATE,),
        manners=Manners(signed_by=SignedBy.PUBLIC_KEY),
        outcome=Outcome.UNAUTHENTICATED,
        code="UNKNOWN_SERIAL",
        words=PUBLIC_KEY_ID,
    ),
    "a test whether clients verify": Situation(
        holds=(PUBLIC_KEY,), manners=Manners(signtest=True), outcome=Outcome.MISSED, code="SIGNTEST"
    ),
    "our clock is ten minutes ahead": Situation(
        holds=(PUBLIC_KEY,),
        manners=Manners(clock_off_s=-600, lenient=True),
        outcome=Outcome.UNAUTHENTICATED,
        code="CLOCK_SKEW",
        words="our clock is 10 minutes ahead of the platform's",
    ),
    "our clock is ten minutes behind, and our signature refused for it": Situation(
        holds=(PUBLIC_KEY,),
        manners=Manners(clock_off_s=600),
        outcome=Outcome.UNAUTHENTICATED,
        code="SIGN_ERROR",
        words="our clock is 10 minutes behind",
    ),
    "their signer's clock is off": Situation(
        holds=(PUBLIC_KEY,),
        manners=Manners(stamp_off_s=-600),
        outcome=Outcome.BAD_ANSWER,
        code="BAD_SIGNATURE",
        words="disagrees with itself about the time",
    ),
}


def orders_to(pretended: Pretended, holds: tuple[str, ...], count: int = 1) -> list[CheckOrder]:
    """Checks of one product by a merchant who holds these of the platform's keys."""
    endpoint = EndpointAccess(
        slug="wechat",
        gateway="wechat_pay_v3",
        base_url=f"https://{WECHAT_HOST}",
        credentials=credentials_of(pretended, holds),
    )
    gateway = make_gateway(endpoint, vault_of(pretended))
    return [
        CheckOrder(
            probe=f"p{number}",
            tick=utc_now(),
            gateway=gateway,
            operation="jsapi",
            payer={"openid": PAYERS["ordinary"].openid},
            options={"appid": PARTS["fenfu-online"].appid},
            connect_to={f"{WECHAT_HOST}:443": f"127.0.0.1:{pretended.ports.vantages['east']}"},
            timeout_s=30.0,
        )
        for number in range(count)
    ]


def credentials_of(pretended: Pretended, holds: tuple[str, ...]) -> Mapping[str, str]:
    keys = pretended.keys
    given = {
        APIV3_KEY: {"apiv3_key": keys.apiv3_key},
        CERTIFICATE: {"platform_certificate_file": str(keys.folder / "platform.pem")},
        PUBLIC_KEY: {
            "platform_public_key_file": str(keys.platform_public_key_file),
            "platform_public_key_id": PUBLIC_KEY_ID,
        },
    }
    own = {
        "mchid": MCHID,
        "appid": PARTS["fenfu-online"].appid,
        "serial_no": keys.merchant_serial,
        "private_key_file": str(keys.merchant_key_file),
    }
    return {**own, **{name: value for held in holds for name, value in given[held].items()}}


def run(pretended: Pretended, orders: list[CheckOrder]) -> list[CheckRun]:
    async def scene() -> list[CheckRun]:
        context = tls_context(str(pretended.keys.ca_file))
        found = run_checks(orders, book=default_code_book(), context=context, clock=utc_now)
        return [run async for run in found]

    return asyncio.run(scene())


@pytest.fixture
def signing(pretended: Pretended) -> Iterator[Pretended]:
    """A world whose platform has its usual manners again when the test is over."""
    yield pretended
    pretended.wechat.manners = Manners()


@pytest.mark.parametrize("name", SITUATIONS)
def test_check_says_whose_fault_it_is_when_the_platform_signs_in_its_own_way(
    signing: Pretended, name: str
) -> None:
    situation = SITUATIONS[name]
    signing.wechat.manners = situation.manners

    (found,) = run(signing, orders_to(signing, situation.holds))

    assert (found.outcome, found.code) == (situation.outcome, situation.code)
    assert situation.words in found.message


def test_checks_go_on_when_the_platform_rotates_its_certificate_between_them(signing: Pretended) -> None:
    (order,) = orders_to(signing, (CERTIFICATE, APIV3_KEY))
    before = run(signing, [order])
    signing.wechat.manners = Manners(rotated=True)

    after = run(signing, [replace(order, tick=utc_now() + timedelta(minutes=1))])

    assert [found.outcome for found in (*before, *after)] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert [step.name for step in after[0].steps if step.aside] == ["certificates"]


def test_checks_fetch_certificates_once_when_many_need_them_at_the_same_time(signing: Pretended) -> None:
    found = run(signing, orders_to(signing, (APIV3_KEY,), count=12))

    assert {check.outcome for check in found} == {Outcome.ACCEPTED}
    assert sum(step.aside for check in found for step in check.steps) == 1
