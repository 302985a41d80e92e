"""The two questions that a reader may put to the page: "It happened to me too" and "Is it just me?"."""
