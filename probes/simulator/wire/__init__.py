"""How the pretended world is reached: streams with TLS, HTTP/1.1 on them, and misbehaviour on purpose."""
