-- Uptime Kuma 1.23: those columns of its tables that matter, as its migrations make them.
CREATE TABLE monitor (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN DEFAULT 1, user_id INTEGER,
    interval INTEGER DEFAULT 20, url TEXT, type VARCHAR(20), weight INTEGER DEFAULT 2000, hostname VARCHAR(255), port INTEGER,
    created_date DATETIME DEFAULT (DATETIME('now')), keyword VARCHAR(255), maxretries INTEGER DEFAULT 0,
    ignore_tls BOOLEAN DEFAULT 0, accepted_statuscodes_json TEXT DEFAULT '["200-299"]', method TEXT DEFAULT 'GET', body TEXT,
    headers TEXT, basic_auth_user TEXT, proxy_id INTEGER, description TEXT, parent INTEGER, invert_keyword BOOLEAN DEFAULT 0,
    timeout DOUBLE DEFAULT 0);
CREATE TABLE heartbeat (id INTEGER PRIMARY KEY AUTOINCREMENT, important BOOLEAN DEFAULT 0, monitor_id INTEGER NOT NULL,
    status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL, ping INTEGER, duration INTEGER DEFAULT 0,
    down_count INTEGER DEFAULT 0);
CREATE TABLE status_page (id INTEGER PRIMARY KEY AUTOINCREMENT, slug VARCHAR(255), title VARCHAR(255));
CREATE TABLE "group" (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), public BOOLEAN DEFAULT 0,
    active BOOLEAN DEFAULT 1, weight INTEGER DEFAULT 1000, status_page_id INTEGER);
CREATE TABLE monitor_group (id INTEGER PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER, group_id INTEGER, weight INTEGER);
CREATE TABLE incident (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(255), content TEXT, style VARCHAR(30) DEFAULT 'warning',
    created_date DATETIME, last_updated_date DATETIME, pin BOOLEAN DEFAULT 1, active BOOLEAN DEFAULT 1, status_page_id INTEGER);
CREATE TABLE maintenance (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(150), description TEXT, user_id INTEGER,
    active BOOLEAN DEFAULT 1, strategy VARCHAR(50) DEFAULT 'single', start_date DATETIME, end_date DATETIME, start_time TIME,
    end_time TIME, weekdays VARCHAR DEFAULT '[]', days_of_month TEXT DEFAULT '[]', interval_day INTEGER, cron TEXT,
    timezone VARCHAR(255), duration INTEGER);
CREATE TABLE monitor_maintenance (id INTEGER PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER, maintenance_id INTEGER);
CREATE TABLE notification (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), config TEXT, active BOOLEAN DEFAULT 1);

INSERT INTO monitor (id, name, type, parent) VALUES (1, 'Wallet', 'group', NULL);
INSERT INTO monitor (id, name, type, url, interval, keyword, parent, description) VALUES
    (2, '扫码支付', 'keyword', 'https://pay.example.com/health?full=1', 30, '"ok"', 1, '收银台');
INSERT INTO monitor (id, name, type, url, method, accepted_statuscodes_json, headers, timeout) VALUES
    (3, 'Card checkout', 'http', 'https://cards.example.com', 'HEAD', '["200", "301-302"]', '{"X-Key": "secret"}', 24);
INSERT INTO monitor (id, name, type, hostname, port) VALUES (4, 'Database', 'port', 'db.internal', 5432);
INSERT INTO monitor (id, name, type, url, active) VALUES (5, 'Old page', 'http', 'https://old.example.com/', 0);
INSERT INTO "group" (id, name, status_page_id) VALUES (1, 'Cards', 1);
INSERT INTO monitor_group (monitor_id, group_id) VALUES (3, 1);
INSERT INTO heartbeat (important, monitor_id, status, msg, time) VALUES
    (1, 2, 1, '200 - OK', '2026-10-01 08:00:00.000'),
    (1, 2, 0, 'timeout of 24000ms exceeded', '2026-10-02 03:04:05.678'),
    (0, 2, 0, 'timeout of 24000ms exceeded', '2026-10-02 03:05:05.678'),
    (1, 2, 1, '200 - OK, keyword is found', '2026-10-02 03:16:05.678'),
    (1, 3, 0, 'Request failed with status code 503', '2026-11-22 04:00:00.000');
INSERT INTO incident (title, content, created_date) VALUES ('Slow today', 'We know.', '2026-10-03 00:00:00');
INSERT INTO maintenance (id, title, description, strategy, start_date, end_date, timezone) VALUES
    (1, '收银台升级', '期间无法扫码。', 'single', '2026-12-01 02:00:00', '2026-12-01 04:00:00', 'Asia/Shanghai'),
    (2, 'Every Sunday', '', 'recurring-weekday', '2026-11-01 00:00:00', NULL, 'UTC');
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (2, 1), (3, 2);
INSERT INTO notification (name, config) VALUES ('Telegram', '{"telegramBotToken": "secret"}');
