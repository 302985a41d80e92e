"""What a post complains of and which product it is about: text, features, model and its training."""
