import pytest

from probes.listening.fetching.robots import Robots, read_robots


def robots(text: str, agent: str = "Fogbreak/1 (+https://status.example)") -> Robots:
    return read_robots(text.encode(), agent=agent)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        pytest.param("Disallow: /emo*i", "/emoji", False, id="a star in the middle"),
        pytest.param("Disallow: /emo*i", "/emo/x", True, id="a star whose end is missing"),
        pytest.param("Disallow: *.php$", "/a/b.php", False, id="an end that fits"),
        pytest.param("Disallow: *.php$", "/a/b.php?x=1", True, id="an end that does not fit"),
        pytest.param("Disallow: /a$", "/a", False, id="the very path"),
        pytest.param("Disallow: /a$", "/ab", True, id="more than the very path"),
        pytest.param("Disallow: /*ab*b$", "/ab", True, id="an end that is used already"),
        pytest.param("Disallow: /\nAllow: /open", "/open/x", True, id="the longer rule allows"),
        pytest.param("Allow: /\nDisallow: /shut", "/shut/x", False, id="the longer rule forbids"),
        pytest.param("Disallow: /a\nAllow: /a", "/a", True, id="of two as long the kind one"),
        pytest.param("Disallow:", "/a", True, id="an empty rule"),
        pytest.param("Disallow: /分付", "/%e5%88%86%E4%BB%98/1", False, id="another spelling of Chinese"),
        pytest.param("Disallow: /%7ejoe", "/~joe", False, id="another spelling of a tilde"),
        pytest.param("Disallow: /a%2Fb", "/a/b", True, id="an escaped slash is no slash"),
        pytest.param("Disallow: /q?x=", "/q?x=1", False, id="the query counts"),
        pytest.param("disallow : /a # not here", "/a/b", False, id="spaces, case and comments"),
        pytest.param("Disallow: /" + "*a" * 5000 + "$", "/" + "a" * 4000 + "b", True, id="a hostile pattern"),
    ],
)
def test_robots_decide_by_the_longest_rule_when_asked(rules: str, path: str, allowed: bool) -> None:
    assert robots(f"User-agent: *\n{rules}").allows(f"https://h.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("User-agent: *\nDisallow: /\nUser-agent: FOGBREAK\nAllow: /", True, id="our own group"),
        pytest.param("User-agent: fogbreak/2\nDisallow: /", False, id="our name with a version"),
        pytest.param("User-agent: status\nDisallow: /", True, id="a word of our comment"),
        pytest.param("User-agent: fog\nDisallow: /", True, id="the beginning of our name"),
        pytest.param("User-agent: x\nUser-agent: *\n\nDisallow: /", False, id="a group of two agents"),
        pytest.param("User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /", True, id="another's group"),
        pytest.param(
            "User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /", False, id="two groups for all"
        ),
        pytest.param("User-agent: *\nSitemap: /s\nDisallow: /", False, id="a line of another kind between"),
        pytest.param("Disallow: /", True, id="a rule for nobody"),
        pytest.param("<html>not found</html>", True, id="no robots.txt at all"),
    ],
)
def test_robots_take_the_group_that_names_us_when_there_are_several(text: str, allowed: bool) -> None:
    assert robots(text).allows("https://h.example/page") is allowed


@pytest.mark.parametrize(
    ("value", "seconds"), [("2.5", 2.5), ("10", 10), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)]
)
def test_robots_tell_the_delay_when_it_is_a_number(value: str, seconds: float) -> None:
    assert robots(f"User-agent: *\nCrawl-delay: {value}").delay_s == seconds
