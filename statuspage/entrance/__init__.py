"""Who gets into the admin: limits on passwords, a second factor, and how both are lifted."""
