"""Tells those who asked for it: an outbox that all channels share, and the first of them, Web Push.

``noting`` writes that there is news in the transaction that makes it so; ``composing`` words it, and
``spreading`` hands it to all whom it concerns, in portions. ``outbox`` hands out what is due, a recipient to
one process at a time; ``rules`` say what goes into his next message; ``releasing`` notes what came of it.
Each news has a key, and a recipient gets it once however often it is looked for. What was sent stands in a
``journal`` on disk before the database knows it, so that a process which is killed sends nothing twice.
"""
