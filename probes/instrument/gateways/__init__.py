"""Payment dialects: how a request is built and an answer read; here what each of them can do and needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectTerms:
    """What an endpoint and a probe of one dialect may say."""

    operations: tuple[str, ...]
    required: tuple[str, ...] = ()  # credentials
    credentials: tuple[str, ...] = ()  # further ones
    options: tuple[str, ...] = ()


DIALECTS: dict[str, DialectTerms] = {
    "wechat_pay_v3": DialectTerms(
        operations=("native", "jsapi", "h5", "app", "codepay", "payscore", "exposure", "certificates"),
        required=("mchid", "appid", "serial_no", "private_key_file"),
        credentials=(
            "apiv3_key",
            "platform_certificate_file",
            "platform_public_key_file",
            "platform_public_key_id",
        ),
        options=(
            "amount_fen",
            "appid",
            "attach",
            "description",
            "notify_url",
            "path",
            "service_id",
            "store_id",
        ),
    ),
    "card_json": DialectTerms(
        operations=("charge",),
        required=("api_key",),
        options=("amount", "currency", "description", "path"),
    ),
    "generic_http": DialectTerms(
        operations=("get", "head"), options=("expect_status", "expect_text", "headers", "path")
    ),
}
