"""What a browser says of itself, as coarsely as its owner needs to know it again."""

# The first that fits: others call themselves by its name, too.
PROGRAMS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "curl": "curl",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_of(agent: str) -> str:
    """Program and system of a User-Agent header, without versions; empty where neither is known."""
    found = (_first(PROGRAMS, agent), _first(SYSTEMS, agent))
    return " · ".join(filter(None, found))


def _first(names: dict[str, str], agent: str) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")
