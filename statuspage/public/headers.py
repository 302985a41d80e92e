"""Headers of what is published: how long it may be kept, and what the browser may do with it."""

CACHE_CONTROL = {
    "page": "public, max-age=1, stale-while-revalidate=2, stale-if-error=86400",
    "api": "public, max-age=1, stale-while-revalidate=2, stale-if-error=86400",
    "feed": "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400",
    "asset": "public, max-age=31536000, immutable",
}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
)
OPEN_TO_ALL = (("Access-Control-Allow-Origin", "*"),)  # the API and the feeds are for programs of any origin
