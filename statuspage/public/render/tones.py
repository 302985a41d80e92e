"""The colours of causes, of ``ok`` and ``unknown``, for what has no style sheet: badges, pictures."""

from collections.abc import Mapping

COLORS: Mapping[str, str] = {
    "ok": "#1f7a55",
    "outage": "#b3261e",
    "maintenance": "#1c57b5",
    "risk_control": "#8a5200",
    "policy_change": "#6537ad",
    "unknown": "#5d646e",
}
# The grounds of the page's states in its light form.
TINTS: Mapping[str, str] = {
    "ok": "#eef6f1",
    "outage": "#fdeeec",
    "maintenance": "#ebf2fd",
    "risk_control": "#fdf3e0",
    "policy_change": "#f3edfc",
    "unknown": "#f0f0ee",
}
# What is over is told in no colour of trouble: ink and ground.
OVER = "#59606b", "#faf9f6"
