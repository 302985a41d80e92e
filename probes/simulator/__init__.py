"""A pretend payment world with a known truth: endpoints, payers, forums, scenarios. All invented."""
