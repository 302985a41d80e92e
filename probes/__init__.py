"""The instrument: asks payment endpoints and listens to users. Knows no Django and no site."""
