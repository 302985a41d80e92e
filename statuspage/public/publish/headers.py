"""Headers of what is published: how long it may be kept, and what the browser may do with it."""

# Readers ask each time, which costs them a 304: an old page must not be shown while a newer one is there.
_ASK_EACH_TIME = "public, max-age=0, stale-if-error=86400"
CACHE_CONTROL = {
    "page": _ASK_EACH_TIME,
    "embed": _ASK_EACH_TIME,
    "api": _ASK_EACH_TIME,
    "feed": "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400",
    "asset": "public, max-age=31536000, immutable",
}
# A CDN in front may bear the load (RFC 9213): it asks once in two seconds, however many read.
CDN_CACHE_CONTROL = "public, max-age=2, stale-while-revalidate=5, stale-if-error=86400"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_BESIDES = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
)
SECURITY = (("Content-Security-Policy", CONTENT_SECURITY_POLICY), *_BESIDES)
# A frame on other people's pages: it runs nothing, takes nothing in and leads nowhere but to the page.
EMBEDDED = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"),
    ("Refresh", "60"),  # it has no script to renew it
    *_BESIDES,
)
OPEN_TO_ALL = (("Access-Control-Allow-Origin", "*"),)  # the API and the feeds are for programs of any origin
