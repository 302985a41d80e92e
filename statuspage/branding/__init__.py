"""What makes a site its operator's own: colour, logo, style, links; checked as they are read."""
