"""One request over the network, as probes and listening both make it: guarded, timed and limited."""
