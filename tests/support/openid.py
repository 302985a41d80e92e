"""A small OpenID provider on loopback: discovery, keys, code flow with PKCE; and it can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, CLIENT_SECRET = "fogbreak", "a secret of the client"


@dataclass
class OpenIdProvider:
    """Who logs in there next, and what is false about the next tokens."""

    claims: dict[str, Any] = field(default_factory=dict)
    false_claims: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "own"
    issuer: str = ""
    said_issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "a"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "a"}))

    def discovery(self) -> dict[str, str]:
        paths = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
        said = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.said_issuer or self.issuer, "userinfo_endpoint": f"{self.issuer}/me", **said}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, as if somebody had logged in."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """The tokens for a code, once, for who has the verifier and is the client."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        client = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        known = asked is not None and asked["code_challenge"] == challenge
        if not known or authorization != f"Basic {client}" or form["redirect_uri"] != asked["redirect_uri"]:  # type: ignore[index]
            return None
        assert asked is not None
        return {"id_token": self.id_token(asked["nonce"]), "access_token": "t", "token_type": "Bearer"}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        times = {"iat": now, "exp": now + 300}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "nonce": nonce,
            **times,
            **self.claims,
            **self.false_claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signed_by == "nobody":
            parts = ({"alg": "none"}, claims)
            return ".".join(_packed(part) for part in parts) + "."
        if self.signed_by == "public key as a secret":
            secret = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "a"}, claims, secret)
        key = self.key if self.signed_by == "own" else self.other
        return jwt.encode({"alg": "RS256", "kid": "a"}, claims, key)


def _packed(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """Runs one while the block does."""
    provider = OpenIdProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/auth":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                self.end_headers()
            else:
                self._say(self._told(parts.path))

        def _told(self, path: str) -> dict[str, Any]:
            if path == "/keys":
                return {"keys": [provider.key.as_dict(private=False)]}
            return provider.claims if path == "/me" else dict(provider.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, answer: dict[str, Any] | None) -> None:
            self.send_response(400 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer or {"error": "invalid_grant"}).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the library's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()
