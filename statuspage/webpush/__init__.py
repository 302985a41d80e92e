"""Web Push: what push services want (RFC 8030, 8188, 8291, 8292), and how receivers are kept secret.

By http-ece and py-vapid, the two parts of pywebpush that do the cryptography; the rest of it brings two more
HTTP clients. The example of RFC 8291, Appendix A, is a test.
"""
