"""Watches a plain series of counts, of which no probe is known: for ``backtest --counts`` alone."""
