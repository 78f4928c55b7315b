-- The review's queue as the service shows it, made of reports and decisions, and made anew from them at any time.
-- A report whose open cells stand in it: the row it was made from, the last entry of the log about it that was taken up,
-- which program and form made it, how many cells are open, in how many groups, and how many questions ask about them.
-- `part` is 0 where a file holds one.
CREATE TABLE queued_reports (
  sha256 TEXT NOT NULL,
  part BIGINT NOT NULL,
  report_id BIGINT NOT NULL,
  decided_to BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  cells BIGINT NOT NULL,
  in_groups BIGINT NOT NULL,
  questions BIGINT NOT NULL,
  PRIMARY KEY (sha256, part)
){no_rowid};

CREATE INDEX queued_reports_by_report ON queued_reports (report_id);

-- A question about an open cell, or about all those of a table that was not found. The queue's order is that of the
-- columns from `together` to `place`, each ascending; `words` is what a search looks through, in lower case, and `told`
-- is JSON of what is shown of the question in every language.
CREATE TABLE queued (
  sha256 TEXT NOT NULL,
  part BIGINT NOT NULL,
  cell TEXT NOT NULL,
  together DOUBLE PRECISION NOT NULL,
  document_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  in_group BIGINT NOT NULL,
  worth DOUBLE PRECISION NOT NULL,
  place BIGINT NOT NULL,
  words TEXT NOT NULL,
  told TEXT NOT NULL,
  PRIMARY KEY (sha256, part, cell)
){no_rowid};

CREATE INDEX queued_in_order ON queued (together, document_id, position, in_group, worth, place);

CREATE INDEX decisions_by_reviewer ON decisions (reviewer, id);
