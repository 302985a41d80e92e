"""Templates of words: what is said again and again, with variables, in both languages."""
