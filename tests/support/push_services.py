"""A push service on a free local port, and browsers that subscribe to it and read what it was sent."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from statuspage.webpush.encryption import BrowserKeys, unpadded
from statuspage.webpush.receivers import Receiver


@dataclass
class Pushed:
    """One push as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """``statuses`` are what it answers, one after the other; then 201."""

    host: str
    pushed: list[Pushed] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ReaderBrowser:
    """A browser with keys of its own at one address of a push service."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> BrowserKeys:
        return BrowserKeys(point=self.point, auth=self.auth)

    @property
    def receiver(self) -> Receiver:
        return Receiver(endpoint=self.endpoint, p256dh=unpadded(self.point), auth=unpadded(self.auth))

    def read(self, body: bytes) -> bytes:
        """What a push says, as RFC 8291 and 8188 have a browser read it."""
        salt, size, sender = body[:16], body[20], body[21 : 21 + body[20]]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )

        def derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
            return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)

        material = derive(self.auth, shared, b"WebPush: info\0" + self.point + sender, 32)
        key = derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(salt, material, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, body[21 + size :], None).rstrip(b"\0").removesuffix(b"\2")


@contextmanager
def push_service() -> Iterator[PushService]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.pushed.append(Pushed(path=self.path, headers=headers, body=body))
            self.send_response(service.statuses.pop(0) if service.statuses else 201)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(host=f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
