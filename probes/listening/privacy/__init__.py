"""What is cut from a post before it is stored."""
