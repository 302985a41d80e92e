"""How one component stands in a word or two, where its row has room for no more."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.wording import labels
from statuspage.wording.sentence import Sentence

USERS_REPORT = Sentence("用户反馈异常", "users report trouble")
_SIGNS = Sentence("疑似异常", "signs of trouble")
# Refusals are no outage: the service runs, but not for everyone.
_DEGRADED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("变慢", "slow"),
    Cause.RISK_CONTROL: Sentence("部分被拒", "declined for some"),
    Cause.POLICY_CHANGE: Sentence("部分停用", "withdrawn for some"),
}


def suspected(*, told_only: bool) -> Bilingual:
    """What is only suspected of a component: by users alone, or by our own tests, too."""
    return (USERS_REPORT if told_only else _SIGNS).say().capitalised()


def confirmed(state: ComponentState, cause: Cause, *, measured: bool) -> Bilingual:
    """What an incident of this cause makes of a component; what a person says may not be measured."""
    if state is not ComponentState.DEGRADED or cause not in _DEGRADED:
        return labels.state(state)
    if cause is Cause.OUTAGE and not measured:
        return labels.state(state)
    return _DEGRADED[cause].say().capitalised()
