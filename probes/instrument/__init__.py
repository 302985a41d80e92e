"""The instrument: asks endpoints as different payers, one attempt each, and tells what came of it."""
