"""Every Celery task: thin, takes ids, calls one thing."""
