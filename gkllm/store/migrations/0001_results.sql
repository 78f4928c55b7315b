-- Settings that can change a result, each content once.
CREATE TABLE settings (
  id {serial},
  sha256 TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL
);

-- One start of the program that reads documents; times are ISO 8601 in UTC.
CREATE TABLE runs (
  id {serial},
  settings_id BIGINT NOT NULL REFERENCES settings (id),
  program TEXT NOT NULL,
  host TEXT NOT NULL,
  process BIGINT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT
);

-- A file, by where it is and what it holds; ids follow the order of the inputs. `name` is as it was given, `attachment`
-- the hash of a file read together with it, empty for none, and `content` is kept where there is no path to find it by.
CREATE TABLE documents (
  id {serial},
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  attachment TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  size BIGINT,
  content {blob},
  UNIQUE (path, sha256, attachment)
);

-- What reading a document under some settings came to: written once, together with its reports and failures.
CREATE TABLE readings (
  id {serial},
  document_id BIGINT NOT NULL REFERENCES documents (id),
  settings_id BIGINT NOT NULL REFERENCES settings (id),
  run_id BIGINT NOT NULL REFERENCES runs (id),
  finished TEXT NOT NULL,
  seconds DOUBLE PRECISION NOT NULL,
  reports BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  broken BIGINT NOT NULL,
  to_review BIGINT NOT NULL,
  UNIQUE (document_id, settings_id)
);

CREATE TABLE failures (
  reading_id BIGINT NOT NULL REFERENCES readings (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (reading_id, position)
){no_rowid};

-- `json` is the output contract's line, compressed by zlib; everything beside it is there to be asked for in SQL.
CREATE TABLE reports (
  id {serial},
  reading_id BIGINT NOT NULL REFERENCES readings (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  source TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  part BIGINT,
  parts BIGINT,
  media_type TEXT NOT NULL,
  form TEXT NOT NULL,
  title TEXT,
  issuer TEXT,
  year BIGINT,
  published TEXT,
  cells BIGINT NOT NULL,
  to_review BIGINT NOT NULL,
  broken BIGINT NOT NULL,
  model TEXT,
  calls BIGINT NOT NULL,
  prompt_tokens BIGINT NOT NULL,
  completion_tokens BIGINT NOT NULL,
  json {blob} NOT NULL,
  UNIQUE (reading_id, position)
);

CREATE INDEX reports_by_content ON reports (sha256, part);

CREATE INDEX reports_by_issuer ON reports (issuer, year);

CREATE TABLE report_tables (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  form_table TEXT NOT NULL,
  found BOOLEAN NOT NULL,
  edition TEXT NOT NULL,
  PRIMARY KEY (report_id, form_table)
){no_rowid};

-- What the cells of a form are called: told once, for a million reports repeat it.
CREATE TABLE form_cells (
  id {serial},
  form TEXT NOT NULL,
  cell TEXT NOT NULL,
  label TEXT NOT NULL,
  form_table TEXT NOT NULL,
  form_row TEXT NOT NULL,
  form_column TEXT NOT NULL,
  UNIQUE (form, cell, label)
);

CREATE TABLE cells (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  cell_id BIGINT NOT NULL REFERENCES form_cells (id),
  raw TEXT NOT NULL,
  value NUMERIC,
  state TEXT NOT NULL,
  reading TEXT,
  confidence DOUBLE PRECISION NOT NULL,
  needs_review BOOLEAN NOT NULL,
  span_start BIGINT,
  span_end BIGINT,
  page BIGINT,
  box TEXT,
  PRIMARY KEY (report_id, position)
){no_rowid};

CREATE INDEX cells_to_review ON cells (report_id) WHERE needs_review;

-- Of cells that can be read in several ways; where there is but one it is the value.
CREATE TABLE candidates (
  report_id BIGINT NOT NULL,
  cell_position BIGINT NOT NULL,
  position BIGINT NOT NULL,
  value NUMERIC NOT NULL,
  reading TEXT NOT NULL,
  PRIMARY KEY (report_id, cell_position, position),
  FOREIGN KEY (report_id, cell_position) REFERENCES cells (report_id, position) ON DELETE CASCADE
){no_rowid};

CREATE TABLE doubts (
  report_id BIGINT NOT NULL,
  cell_position BIGINT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (report_id, cell_position, position),
  FOREIGN KEY (report_id, cell_position) REFERENCES cells (report_id, position) ON DELETE CASCADE
){no_rowid};

-- `cells` is a JSON array of cells' ids.
CREATE TABLE violations (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  rule TEXT NOT NULL,
  scope TEXT NOT NULL,
  severity TEXT NOT NULL,
  left_side NUMERIC,
  right_side NUMERIC,
  difference NUMERIC,
  verdict TEXT NOT NULL,
  cells TEXT NOT NULL,
  message TEXT NOT NULL,
  message_zh TEXT NOT NULL,
  quote TEXT,
  PRIMARY KEY (report_id, position)
);

CREATE TABLE suggestions (
  report_id BIGINT NOT NULL,
  violation_position BIGINT NOT NULL,
  position BIGINT NOT NULL,
  cost DOUBLE PRECISION NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (report_id, violation_position, position),
  FOREIGN KEY (report_id, violation_position) REFERENCES violations (report_id, position) ON DELETE CASCADE
);

CREATE TABLE claims (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  meaning TEXT NOT NULL,
  value NUMERIC NOT NULL,
  quote TEXT NOT NULL,
  certainty TEXT NOT NULL,
  agrees BOOLEAN,
  reader TEXT NOT NULL,
  readings TEXT NOT NULL,
  PRIMARY KEY (report_id, position)
);

-- What people decided, noted and took back, by the bytes and the part it is about: never changed, only added to.
-- `json` is the line of the review's log; the columns before it are there to be asked for.
CREATE TABLE decisions (
  id {serial},
  entry_id TEXT NOT NULL UNIQUE,
  entry TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  part BIGINT,
  cell TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  time TEXT NOT NULL,
  value NUMERIC,
  state TEXT,
  undoes TEXT,
  json TEXT NOT NULL
);

CREATE INDEX decisions_by_cell ON decisions (sha256, cell);

CREATE INDEX decisions_by_undone ON decisions (undoes);

-- Whose decisions on its cell a decision was shown, and puts aside.
CREATE TABLE overruled (
  decision_id BIGINT NOT NULL REFERENCES decisions (id),
  reviewer TEXT NOT NULL,
  PRIMARY KEY (decision_id, reviewer)
){no_rowid};

-- Of each path what was read last.
CREATE VIEW current_readings AS
SELECT readings.*, documents.path, documents.name
FROM readings JOIN documents ON documents.id = readings.document_id
WHERE NOT EXISTS (
  SELECT 1 FROM documents AS again JOIN readings AS newer ON newer.document_id = again.id
  WHERE again.path = documents.path AND newer.id > readings.id
);

CREATE VIEW current_reports AS
SELECT reports.*, current_readings.document_id, current_readings.path
FROM reports JOIN current_readings ON current_readings.id = reports.reading_id;

CREATE VIEW cells_long AS
SELECT
  cells.report_id, r.source, r.title, r.issuer, r.year, r.form, f.cell, f.form_table, f.form_row, f.form_column,
  f.label, cells.raw, cells.value, cells.state, cells.reading, cells.confidence, cells.needs_review,
  (SELECT {concat}(doubts.kind, '; ') FROM doubts
    WHERE doubts.report_id = cells.report_id AND doubts.cell_position = cells.position) AS doubts,
  cells.span_start, cells.span_end, cells.page, r.sha256, r.part, cells.position
FROM current_reports AS r
JOIN cells ON cells.report_id = r.id
JOIN form_cells AS f ON f.id = cells.cell_id;

-- Each reviewer's last word on a cell that nobody took back or overruled.
CREATE VIEW standing_decisions AS
SELECT d.id, d.sha256, d.part, d.cell, d.reviewer, d.time, d.value, d.state
FROM decisions AS d
WHERE d.entry = 'decision'
AND NOT EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = d.entry_id)
AND NOT EXISTS (
  SELECT 1 FROM decisions AS later
  WHERE later.id > d.id AND later.entry = 'decision' AND later.sha256 = d.sha256
  AND coalesce(later.part, 0) = coalesce(d.part, 0) AND later.cell = d.cell
  AND NOT EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = later.entry_id)
  AND (
    later.reviewer = d.reviewer
    OR EXISTS (SELECT 1 FROM overruled AS o WHERE o.decision_id = later.id AND o.reviewer = d.reviewer)
  )
);

-- Cells that need review and are not settled; `opinions` is more than one where reviewers contradict each other.
CREATE VIEW open_review AS
SELECT * FROM (
  SELECT c.*, (
    SELECT count(DISTINCT coalesce(CAST(s.value AS TEXT), s.state)) FROM standing_decisions AS s
    WHERE s.sha256 = c.sha256 AND coalesce(s.part, 0) = coalesce(c.part, 0) AND s.cell = c.cell
  ) AS opinions
  FROM cells_long AS c WHERE c.needs_review
) AS needing
WHERE opinions <> 1;

CREATE VIEW broken_relations AS
SELECT
  r.id AS report_id, r.source, r.issuer, r.year, v.rule, v.scope, v.severity, v.left_side, v.right_side,
  v.difference, v.verdict, v.message, v.message_zh, v.cells, v.quote
FROM current_reports AS r JOIN violations AS v ON v.report_id = r.id
WHERE v.verdict <> 'not_assessable';

CREATE VIEW unread AS
SELECT c.path, f.name, f.kind, f.message, c.finished
FROM current_readings AS c JOIN failures AS f ON f.reading_id = c.id;

-- postgresql alone
CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% are only added to', TG_TABLE_NAME; END $$;

-- postgresql alone
CREATE TRIGGER decisions_never_change BEFORE UPDATE OR DELETE ON decisions
FOR EACH ROW EXECUTE FUNCTION only_added_to();

-- sqlite alone
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END;

-- sqlite alone
CREATE TRIGGER decisions_never_go BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END;
