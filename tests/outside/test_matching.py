"""Label matchers, read and applied as Alertmanager does."""

import pytest

from statuspage.outside.matching import MatcherError, ReadRule, read_matchers, rule_for

LABELS = {"severity": "page", "service": "qr-pay", "path": 'a"b'}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param('severity="page"', True, id="equal"),
        pytest.param("severity=page", True, id="equal without quotes"),
        pytest.param('severity!="page"', False, id="not unequal"),
        pytest.param('service=~"qr-.*"', True, id="an expression that matches"),
        pytest.param('service=~"qr"', False, id="an expression that matches a part only"),
        pytest.param('service!~"repay.*"', True, id="an expression that does not match and shall not"),
        pytest.param('team=""', True, id="a label that is not there counts as empty"),
        pytest.param('{severity="page", service=~"qr.*"}', True, id="several in braces"),
        pytest.param('severity="page"\nservice="repay"', False, id="one of two lines fails"),
        pytest.param(r'path="a\"b"', True, id="a quote in the value"),
    ],
)
def test_rule_takes_labels_as_alertmanager_would_when_its_matchers_are_read(text: str, holds: bool) -> None:
    rule = ReadRule(name="r", matchers=read_matchers(text))

    assert (rule_for(LABELS, [rule]).rule is rule) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "at least one matcher", id="nothing"),
        pytest.param("severity", "line 1: 'severity' is no matcher", id="no operator"),
        pytest.param('a="1"\nb~"2"', "line 2", id="an operator that does not exist"),
        pytest.param('a=~"("', 'line 1: a=~"(": missing )', id="a broken expression"),
        pytest.param("\n".join(f'a{n}="1"' for n in range(21)), "20 at most", id="too many"),
        pytest.param(f'a=~"{"x" * 501}"', "500 characters", id="too long"),
    ],
)
def test_matchers_are_refused_with_a_reason_when_they_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(MatcherError) as caught:
        read_matchers(text)

    assert said in str(caught.value)


def test_first_rule_is_taken_and_those_before_tell_why_not_when_several_are_there() -> None:
    rules = [ReadRule(name=str(n), matchers=read_matchers(f'severity=~"{n}|p.*"')) for n in (1, 2)]
    other = ReadRule(name="other", matchers=read_matchers('service="x"\nseverity="page"'))

    taken = rule_for(LABELS, [other, *rules])

    assert taken.rule is rules[0]
    assert [(p.rule.name, str(p.because)) for p in taken.passed] == [("other", 'service="x"')]


def test_expression_ends_soon_when_a_value_is_made_to_keep_it_busy() -> None:
    rule = ReadRule(name="r", matchers=read_matchers('service=~"(a+)+b"'))

    assert rule_for({"service": "a" * 300}, [rule]).rule is None
