"""Web Push: what push services want (RFC 8030, 8188, 8291, 8292), and how receivers are kept secret.

By ``cryptography``, which the site has anyway, and no package of its own: what there is (pywebpush, http-ece,
py-vapid) brings two more HTTP clients or has to be built where it is installed, for the ninety lines of these
modules. The example of RFC 8291, Appendix A, is a test.
"""
