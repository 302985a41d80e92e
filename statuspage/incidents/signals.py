"""Says to rooms above that something changed, within the transaction that changes it."""

from django.dispatch import Signal

# Of a component: its ``slug``, its state ``before`` and ``after``, and when (``at``).
STATE_CHANGED = Signal()
