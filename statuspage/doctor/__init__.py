"""Says what is wrong with a site as it stands; each examination gives what it found and changes nothing."""
