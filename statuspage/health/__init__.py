"""Says to whoever restarts or balances this site whether a process lives and the site is fit for use."""
