"""Django settings, all from environment variables; README.md lists every one with its default."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from statuspage.branding.colours import colour
from statuspage.branding.files import css_file, logo_file
from statuspage.branding.links import footer_links
from statuspage.entrance.oidc.environment import issuer, oidc_problems, roles_of_groups, who_vouches
from statuspage.environment import (
    boolean,
    broker,
    count,
    days,
    existing_file,
    folder,
    guarded_roles,
    hour_of_day,
    hours,
    mail_address,
    make_private,
    minutes,
    networks,
    options,
    positive,
    private_hosts,
    problems,
    proxies,
    proxy,
    read,
    seconds,
    secret,
    site_address,
    storage,
    time_zone,
    web_address,
    words,
)
from statuspage.subscribers.servers import read_mail_server
from statuspage.waiting import POSTGRESQL
from statuspage.webpush.receivers import BROWSERS

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = read("DEBUG", boolean, "0")
DEMO = read("FOGBREAK_DEMO", boolean, "0")
VAR_DIR = read("VAR_DIR", folder, str(BASE_DIR / "var"))

SECRET_KEY = read("SECRET_KEY", secret, "")
ALLOWED_HOSTS = read("ALLOWED_HOSTS", words, "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = read("CSRF_TRUSTED_ORIGINS", words, "")
SITE_URL = read("SITE_URL", site_address, "http://127.0.0.1:8000")
# The path that everything lies below; whoever asks may leave it out, as a proxy does that takes it off.
SITE_PATH = urlsplit(SITE_URL).path
FORCE_SCRIPT_NAME = SITE_PATH or None
SITE_NAME_ZH = read("SITE_NAME_ZH", str, "支付状态")
SITE_NAME_EN = read("SITE_NAME_EN", str, "Payment status")
# What makes the page its operator's own.
BRAND_COLOUR = read("BRAND_COLOUR", colour, "")
BRAND_LOGO = read("BRAND_LOGO", logo_file, "")
BRAND_CSS = read("BRAND_CSS", css_file, "")
FOOTER_LINKS = read("FOOTER_LINKS", footer_links, "[]")
# Whether all that is public lies in traditional characters, too, below /zh-hant/.
TRADITIONAL_CHINESE = read("TRADITIONAL_CHINESE", boolean, "0")

INSTALLED_APPS = [
    "statuspage.control.guarding.GuardedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_htmx",
    "statuspage.logbook",
    "statuspage.monitoring",
    "statuspage.drafting",
    "statuspage.outside",
    "statuspage.incidents",
    "statuspage.public",
    "statuspage.api",
    "statuspage.entrance",
    "statuspage.delivery",
    "statuspage.control",
    "statuspage.subscribers",
    "statuspage.metrics",
    "statuspage",
]

MIDDLEWARE = [
    "statuspage.metrics.requests.CountsRequests",
    "statuspage.middleware.StatedHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "statuspage.entrance.middleware.AttendedSessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "statuspage.logbook.middleware.NamesTheDoer",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "statuspage.api.heads.HeadAsGet",
]

ROOT_URLCONF = "statuspage.urls"
WSGI_APPLICATION = "statuspage.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Django's settings of a ``sqlite:`` or ``postgres:`` URL, with SQLite fit for several processes."""
    scheme = url.partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("expected sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if scheme == "sqlite":
        if config["NAME"] != ":memory:":
            with suppress(OSError):  # SQLite says itself that it cannot open its file
                make_private(Path(str(config["NAME"])))
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
        }
    else:
        config["OPTIONS"] = {**POSTGRESQL, **config.get("OPTIONS", {})}
    return config


DATABASES = {"default": read("DATABASE_URL", database, f"sqlite:///{VAR_DIR / 'fogbreak.sqlite3'}")}

BROKER_URL = read("BROKER_URL", broker, "memory://")

# Multiplies every interval of the catalog.
CHECK_INTERVAL_FACTOR = read("CHECK_INTERVAL_FACTOR", positive, "1")
# How long a check may take from its end to its row.
SETTLE_SECONDS = read("SETTLE_SECONDS", seconds, "3")
# The page's age is renewed at least this often.
PUBLISH_SECONDS = read("PUBLISH_SECONDS", seconds, "15")
# How long raw results, texts of reports and counts by the minute are kept.
RAW_DAYS = read("RAW_DAYS", days, "14")
REPORT_DAYS = read("REPORT_DAYS", days, "90")
MINUTE_DAYS = read("MINUTE_DAYS", days, "14")
# How long it is known who did what.
LOG_DAYS = read("LOG_DAYS", days, "400")
# False incidents that are allowed: the detector's thresholds follow from it.
FALSE_INCIDENTS_PER_COMPONENT_90D = read("FALSE_INCIDENTS_PER_COMPONENT_90D", positive, "0.1")

SNAPSHOT_DIR = read("SNAPSHOT_DIR", folder, str(VAR_DIR / "snapshot"))
# A Django storage that gets all that is published.
SNAPSHOT_STORAGE = read("SNAPSHOT_STORAGE", storage, "")
SNAPSHOT_STORAGE_OPTIONS = read("SNAPSHOT_STORAGE_OPTIONS", options, "")
# Below it lie the files that credentials may name.
SECRETS_DIR = read("SECRETS_DIR", folder, str(VAR_DIR / "secrets"))
PROBE_CA_BUNDLE = read("PROBE_CA_BUNDLE", existing_file, "")
# By which checks get out: that of all vantages, and those of single ones.
PROBE_PROXY = read("PROBE_PROXY", proxy, "")
PROBE_PROXIES = proxies()
# Private hosts that posts may be read from.
SCRAPE_PRIVATE_HOSTS = read("SCRAPE_PRIVATE_HOSTS", private_hosts, "")
# Proxies in front that append to X-Forwarded-For.
TRUSTED_PROXIES = read("TRUSTED_PROXIES", count, "0")
# Who reads the metrics: who has the token or comes from such a network; everybody where neither is set.
METRICS_TOKEN = read("METRICS_TOKEN", secret, "")
METRICS_NETWORKS = read("METRICS_NETWORKS", networks, "")
# The operator's feed of announced maintenance.
NOTICES_URL = read("NOTICES_URL", web_address, "")

# Whose push services are sent to, and private ones among them.
PUSH_HOSTS = read("PUSH_HOSTS", words, ",".join(BROWSERS))
PUSH_PRIVATE_HOSTS = read("PUSH_PRIVATE_HOSTS", private_hosts, "")

# Of whom the admin asks a second factor that he must have.
ADMIN_SECOND_FACTOR = read("ADMIN_SECOND_FACTOR", guarded_roles, "optional")

# Hosts inside that webhooks and chats may be told at.
HOOK_PRIVATE_HOSTS = read("HOOK_PRIVATE_HOSTS", private_hosts, "")
# By which server mails leave, from whom, and where to what cannot be delivered comes back.
EMAIL_URL = read("EMAIL_URL", read_mail_server, "")
MAIL_FROM = read("MAIL_FROM", mail_address, "")
MAIL_BOUNCES = read("MAIL_BOUNCES", mail_address, "")
# The hour of the site's zone at which summaries leave.
DIGEST_HOUR = read("DIGEST_HOUR", hour_of_day, "8")

# An OpenID provider that people log in by: its groups stand for roles.
OIDC_ISSUER = read("OIDC_ISSUER", issuer, "")
OIDC_CLIENT_ID = read("OIDC_CLIENT_ID", str, "")
OIDC_CLIENT_SECRET = read("OIDC_CLIENT_SECRET", str, "")
OIDC_LABEL = read("OIDC_LABEL", str, "OpenID Connect")
OIDC_NAME_CLAIM = read("OIDC_NAME_CLAIM", str, "preferred_username")
OIDC_GROUPS_CLAIM = read("OIDC_GROUPS_CLAIM", str, "groups")
OIDC_ROLES = read("OIDC_ROLES", roles_of_groups, "{}")
OIDC_CREATE_USERS = read("OIDC_CREATE_USERS", boolean, "0")
OIDC_SECOND_FACTOR = read("OIDC_SECOND_FACTOR", who_vouches, "here")
PASSWORD_LOGIN = read("PASSWORD_LOGIN", boolean, "1")
problems |= oidc_problems(
    issuer=OIDC_ISSUER,
    client=OIDC_CLIENT_ID,
    client_secret=OIDC_CLIENT_SECRET,
    roles=OIDC_ROLES,
    makes_users=OIDC_CREATE_USERS,
    password_login=PASSWORD_LOGIN,
)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "statuspage" / "locale"]
FORMAT_MODULE_PATH = ["statuspage.formats"]
TIME_ZONE = read("SITE_TIME_ZONE", time_zone, "Asia/Shanghai")
USE_I18N = True
USE_TZ = True

STATIC_URL = f"{SITE_PATH}/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if SNAPSHOT_STORAGE:
    STORAGES["snapshot"] = {"BACKEND": SNAPSHOT_STORAGE, "OPTIONS": SNAPSHOT_STORAGE_OPTIONS}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Other sites of the same host, where ours lies below a path, are not sent them.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{SITE_PATH}/"
SESSION_ENGINE = "statuspage.entrance.sessions"
# A working day: who comes back later logs in again, and so does who was away for long.
ADMIN_SESSION_HOURS = read("ADMIN_SESSION_HOURS", hours, "12")
ADMIN_IDLE_MINUTES = read("ADMIN_IDLE_MINUTES", minutes, "120")
SESSION_COOKIE_AGE = round(ADMIN_SESSION_HOURS * 3600)
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Whoever asks can send this header: it tells something only where our own proxy sets it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Whoever asks can name a host that is not ours.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"untraced": {"()": "statuspage.entrance.untraced.Untraced"}},
    "loggers": {"django.security.DisallowedHost": {"filters": ["untraced"]}},
}
# Also where the address that a login should lead to is another site's.
LOGIN_REDIRECT_URL = "admin:index"
# Subdomains and preload lists are for the domain's owner to decide; the proxy in front redirects to https.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "security.W008"]

if EMAIL_URL is not None and not MAIL_FROM:
    problems.setdefault("MAIL_FROM", "MAIL_FROM is not set: EMAIL_URL is, and mails need a sender")

if not SECRET_KEY:
    if not (DEBUG or DEMO):
        missing = "SECRET_KEY is not set: give it 50 random characters, or set DEBUG=1 to try things"
        problems.setdefault("SECRET_KEY", missing)
    SECRET_KEY = "only-for-trying-things-" + "0" * 30

SETTINGS_PROBLEMS = tuple(problems.values())
# The doctor tells of them among what else it finds.
if SETTINGS_PROBLEMS and sys.argv[1:2] != ["doctor"]:
    raise ImproperlyConfigured("\n".join(SETTINGS_PROBLEMS))
