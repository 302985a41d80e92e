"""Tells those who asked for it: an outbox that any channel shares, and the first one, Web Push.

``queueing`` looks what is news and writes a row of the outbox for everyone who waits for it; ``outbox`` hands
out what is due and notes what came of it; ``pushing`` is how one channel sends. Each news has a key, and a
recipient gets it once however often it is looked for; it may be sent twice where a process ends between
sending and noting, and replaces itself then on the reader's screen.
"""
