-- Gatus 5: its tables as storage/store/sql/specific_sqlite.go makes them.
CREATE TABLE endpoints (endpoint_id INTEGER PRIMARY KEY, endpoint_key TEXT UNIQUE, endpoint_name TEXT NOT NULL,
    endpoint_group TEXT NOT NULL, UNIQUE(endpoint_name, endpoint_group));
CREATE TABLE endpoint_events (endpoint_event_id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, event_type TEXT NOT NULL,
    event_timestamp TIMESTAMP NOT NULL);
INSERT INTO endpoints VALUES (1, 'wallet_qr-payment', 'QR payment', 'wallet'), (2, '_card-checkout', 'card-checkout', ''),
    (3, '_gone', 'gone', '');
INSERT INTO endpoint_events VALUES
    (1, 1, 'START', '2026-10-01 08:00:00.1 +0000 UTC'),
    (2, 1, 'HEALTHY', '2026-10-01 08:00:01.123456789 +0000 UTC'),
    (3, 1, 'UNHEALTHY', '2026-10-02 03:04:05.5 +0000 UTC'),
    (4, 1, 'HEALTHY', '2026-10-02 11:16:05.512000000+08:00'),
    (5, 2, 'UNHEALTHY', '2026-11-22 12:00:00 +0800 CST'),
    (6, 3, 'UNHEALTHY', '2026-11-22 12:00:00 +0800 CST');
