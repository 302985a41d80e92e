"""Who asked to be told by mail, and who is told in a group chat or by a program; how each of them is told.

``wishes`` decide whom news concerns; ``joining`` takes down who wants to be told; ``audience`` is what the
outbox hands news to. ``letters`` word a mail, ``smtp`` sends many over few connections, ``bounces`` read what
comes back.
"""
