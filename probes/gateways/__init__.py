"""Payment dialects: how a request is built and an answer read; here their names and what each can do."""

OPERATIONS: dict[str, tuple[str, ...]] = {
    "wechat_pay_v3": ("native", "jsapi", "h5", "app", "codepay", "payscore", "exposure", "certificates"),
    "card_json": ("charge",),
    "generic_http": ("get", "head"),
}
