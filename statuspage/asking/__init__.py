"""The two questions that a reader may put to the page: "I have it too" and "Only me?"."""
