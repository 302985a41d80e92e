"""The words that all rooms share: causes, outcomes, symptoms, tiers, and the lines of a trace; all pure."""
