"""From the snapshot to drafts of files: pages, API, feeds, badges, calendar; it knows no tables."""
