"""Examples of the bodies that the API answers with, for its description."""

from typing import Any

from pydantic import ConfigDict

Example = dict[str, Any]

BOTH: Example = {"zh": "分付扫码支付：系统故障", "en": "Fenfu QR payment: system outage"}
NOW: Example = {
    "at": "2026-11-22T04:26:05Z",
    "known_until": "2026-11-22T04:26:01Z",
    "blind": False,
    "open_incidents": ["k3v9t2m7q1xz"],
    "states": {"major_outage": 1, "operational": 6},
}
COMPONENT: Example = {
    "id": "p8w2n6r4c0yd",
    "slug": "fenfu-qr",
    "name": {"zh": "扫码支付", "en": "QR payment"},
    "description": {"zh": "", "en": ""},
    "group": "fenfu",
    "group_name": {"zh": "分付", "en": "Fenfu"},
    "state": "major_outage",
    "since": "2026-11-22T04:03:00Z",
    "created_at": "2026-08-01T00:00:00Z",
    "updated_at": "2026-11-22T04:03:50Z",
    "uptime_90d": 0.99931,
}
UPTIME: Example = {
    "component": "fenfu-qr",
    "zone": "Asia/Shanghai",
    "formula": {"zh": "可用率 = 1 − 故障时间 ÷ 观测时间", "en": "Uptime = 1 − time lost ÷ time observed"},
    "uptime": 0.9843,
    "days": [
        {
            "day": "2026-11-22",
            "observed_seconds": 86340.0,
            "outage_seconds": 1355.0,
            "unknown_seconds": 60.0,
            "maintenance_seconds": 0.0,
            "risk_control_seconds": 0.0,
            "policy_change_seconds": 0.0,
            "uptime": 0.9843,
        }
    ],
}
OUTCOMES: Example = {
    "component": "fenfu-qr",
    "grain": "hour",
    "until": "2026-11-22T05:00:00Z",
    "windows": [
        {
            "start": "2026-11-22T04:00:00Z",
            "tier": "low",
            "checks": 240,
            "counts": {"accepted": 148, "timeout": 92},
            "shares": {"accepted": 0.616667, "timeout": 0.383333},
            "excluded": {"vantage_lost": 12},
            "missed": 1,
            "mean_latency_ms": 412.5,
            "closed": False,
        }
    ],
}
REPORTS: Example = {
    "product": "fenfu",
    "symptom": None,
    "until": "2026-11-22T05:00:00Z",
    "hours": [
        {"start": "2026-11-22T04:00:00Z", "count": 212, "usual_low": 2.0, "usual": 6.0, "usual_high": 11.0}
    ],
}
UPDATE: Example = {
    "id": "u5b1h7s3e9fa",
    "status": "identified",
    "body": {
        "zh": "12:03 起，分付扫码支付的付款请求失败或过慢，是系统一侧的故障。",
        "en": "Since 12:03 Fenfu QR payment fails or is too slow; the fault is the system's.",
    },
    "at": "2026-11-22T04:05:00Z",
    "by_machine": True,
}
EVIDENCE: Example = {
    "window_seconds": 1380.0,
    "probes": [
        {
            "component": "fenfu-qr",
            "persona": "ordinary",
            "tier": "low",
            "vantage": "east",
            "checks": 100,
            "accepted": 3,
            "outcomes": [["timeout", 97]],
            "sample": "503 SYSTEM_ERROR",
            "usual_failure_ratio": 0.012,
            "weight": 97.0,
        }
    ],
    "reports": [
        {
            "symptom": "payment_failure",
            "products": ["fenfu", "none"],
            "since": "2026-11-20T03:41:00Z",
            "count": 212,
            "usual": 6.0,
            "authors": 190,
            "quotes": ["扫码一直转圈，付不出去"],
            "weight": 30.0,
        }
    ],
    "maintenance": None,
    "signals": [
        {
            "sender": "Prometheus",
            "cause": "outage",
            "components": ["fenfu-qr"],
            "count": 2,
            "since": "2026-11-22T04:03:20Z",
            "ended_at": None,
            "weight": 6.4,
        }
    ],
}
INCIDENT: Example = {
    "id": "k3v9t2m7q1xz",
    "url": "https://status.example/incidents/k3v9t2m7q1xz/",
    "title": BOTH,
    "cause": "outage",
    "impact": "major",
    "status": "identified",
    "certainty": "confirmed",
    "confidence": 0.97,
    "alternatives": [{"explanation": "maintenance", "probability": 0.02}],
    "causes_held": [{"at": "2026-11-22T04:03:40Z", "cause": "outage", "confidence": 0.97}],
    "components": ["fenfu-qr"],
    "affected": ["fenfu-qr"],
    "started_at": "2026-11-22T04:03:00Z",
    "detected_at": "2026-11-22T04:03:40Z",
    "confirmed_at": "2026-11-22T04:03:50Z",
    "monitoring_at": None,
    "resolved_at": None,
    "end_unseen": False,
    "created_at": "2026-11-22T04:03:40Z",
    "updated_at": "2026-11-22T04:05:00Z",
    "withdrawn_at": None,
    "led_by": "machine",
    "imported_from": None,
    "updates": [UPDATE],
    "evidence": EVIDENCE,
    "postmortem": {"zh": "", "en": ""},
}
PLANNED_UPDATE: Example = {
    "id": "w6d0p3k8t1ce",
    "status": "scheduled",
    "body": {
        "zh": "计划于 11 月 24 日 02:00–04:00（UTC+8）进行维护，期间分付 · 还款可能无法使用。",
        "en": "Maintenance is planned for Nov 24, 02:00 – 04:00 (UTC+8); Fenfu · Repayment may not work "
        "during that time.",
    },
    "at": "2026-11-21T04:00:00Z",
    "by_machine": True,
}
MAINTENANCE: Example = {
    "id": "m2c8x4j6g0la",
    "url": "https://status.example/maintenance/m2c8x4j6g0la/",
    "slug": "repay-upgrade",
    "series": None,
    "title": {"zh": "分付还款系统升级", "en": "Upgrade of Fenfu repayment"},
    "body": {"zh": "期间无法还款，不影响付款。", "en": "No repayments meanwhile; payments work."},
    "status": "scheduled",
    "components": ["fenfu-repay"],
    "starts_at": "2026-11-23T18:00:00Z",
    "ends_at": "2026-11-23T20:00:00Z",
    "announced_at": "2026-11-21T04:00:00Z",
    "updated_at": "2026-11-21T04:00:00Z",
    "revision": 0,
    "updates": [PLANNED_UPDATE],
}
SERIES: Example = {
    "id": "3",
    "title": {"zh": "例行维护", "en": "Routine maintenance"},
    "body": {"zh": "期间无法还款，不影响付款。", "en": "No repayments meanwhile; payments work."},
    "components": ["fenfu-repay"],
    "rule": "FREQ=WEEKLY;BYDAY=SU",
    "first_on": "2026-11-22",
    "starts_at": "02:00:00",
    "zone": "Asia/Shanghai",
    "minutes": 120,
    "except_on": ["2026-12-27"],
    "updated_at": "2026-11-20T04:00:00Z",
}
ANNOUNCEMENT: Example = {
    "id": "7",
    "title": {"zh": "春节期间客服时间调整", "en": "Support hours over the holiday"},
    "body": {"zh": "客服时间为 **9:00–21:00**。", "en": "Support answers from **9:00 to 21:00**."},
    "components": [],
    "pinned": False,
    "starts_at": "2026-11-22T02:00:00Z",
    "ends_at": None,
    "updated_at": "2026-11-22T02:00:00Z",
}


def example(one: Example) -> ConfigDict:
    """The configuration of a body that is shown with this example."""
    return ConfigDict(json_schema_extra={"examples": [one]})


def page_example(item: Example) -> ConfigDict:
    """The same for a page that holds it alone."""
    return example({"total": 1, "next": None, "items": [item]})


SIGNALS_TAKEN: Example = {
    "new": 1,
    "again": 2,
    "ended": 0,
    "over": 0,
    "unmatched": 0,
    "faults": [{"where": "alerts.3", "message": "startsAt: it began in the future: is a clock wrong?"}],
}
PUSH_TAKEN: Example = {
    "taken": 1,
    "repeated": 0,
    "faults": [{"where": "checks.1", "message": "at: it ended in the future: is a clock wrong?"}],
}
