-- Who may ask the service, and for what: a token's hash, never the token. `access` is "read" or "full".
CREATE TABLE tokens (
  id {serial},
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  access TEXT NOT NULL,
  created TEXT NOT NULL,
  revoked TEXT
);

CREATE UNIQUE INDEX tokens_in_force ON tokens (name) WHERE revoked IS NULL;

-- Files handed to the service together. `owner` is the token's name, empty for who asks without one on the machine
-- itself; `content` the hash of what the files hold: the same files again are the same job.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  content TEXT NOT NULL,
  created TEXT NOT NULL,
  finished TEXT
);

CREATE INDEX jobs_by_owner ON jobs (owner, content);

CREATE TABLE job_files (
  job_id TEXT NOT NULL REFERENCES jobs (id),
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  document_id BIGINT NOT NULL REFERENCES documents (id),
  finished TEXT,
  PRIMARY KEY (job_id, position)
){no_rowid};

CREATE INDEX job_files_waiting ON job_files (job_id) WHERE finished IS NULL;
