"""Errors of the dialect: an HTTP status with code, message and, where it helps, the place of the fault."""


class ApiError(Exception):
    """What the API refuses to do, and why."""

    def __init__(self, status: int, code: str, message: str, detail: dict[str, object] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message, self.detail = status, code, message, detail


def param_error(field: str, issue: str, value: object = "", location: str = "body") -> ApiError:
    """A parameter that is missing or wrong; ``value`` is shown where it is a plain one."""
    shown = value if isinstance(value, str | int | float) else ""
    detail: dict[str, object] = {"location": location, "field": f"/{field}", "value": shown, "issue": issue}
    return ApiError(400, "PARAM_ERROR", f"参数错误：{field} {issue}", detail)
