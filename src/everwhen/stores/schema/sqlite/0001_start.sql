-- Instants are microseconds since 1970 in UTC. An unknown or open end of a fact's period is a
-- sentinel far outside the years 1 to 9999, so that periods compare as plain numbers. An absent
-- scope id is ''. Text with lone surrogates, which is not Unicode, is kept as a blob.

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- revision rises with each transaction that changes what the owner has, epoch when something
-- was removed: caches of other processes compare them.
CREATE TABLE owners (
    owner INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_id, agent_id, run_id)
);

CREATE TABLE episodes (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL REFERENCES owners (owner),
    run_id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    key TEXT,
    extracted_at INTEGER,
    characters INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX episodes_by_owner ON episodes (owner, row);
CREATE INDEX episodes_by_time ON episodes (owner, at, row);
CREATE INDEX episodes_by_run ON episodes (owner, run_id, at, row);
CREATE UNIQUE INDEX episodes_by_key ON episodes (owner, run_id, key) WHERE key IS NOT NULL;
CREATE INDEX episodes_pending ON episodes (recorded_at, row) WHERE extracted_at IS NULL;

CREATE TABLE claims (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL REFERENCES owners (owner),
    subject TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value_key TEXT NOT NULL,
    replaces_key TEXT,
    value TEXT NOT NULL,
    text TEXT NOT NULL,
    episode_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    said_at INTEGER NOT NULL,
    said_order INTEGER NOT NULL,
    said_suborder INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    polarity TEXT NOT NULL,
    targets TEXT NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    precision TEXT,
    past INTEGER NOT NULL,
    expires_at INTEGER,
    confidence REAL NOT NULL,
    trust INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    speaker TEXT,
    extractor TEXT NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX claims_by_slot ON claims (owner, subject, attribute, value_key);
CREATE INDEX claims_by_replaced ON claims (owner, subject, attribute, replaces_key)
    WHERE replaces_key IS NOT NULL;
CREATE INDEX claims_by_episode ON claims (owner, episode_id);

CREATE TABLE facts (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES owners (owner),
    subject TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value_key TEXT NOT NULL,
    value TEXT NOT NULL,
    text TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    system_from INTEGER NOT NULL,
    system_to INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    review TEXT NOT NULL,
    revision INTEGER NOT NULL,
    confidence REAL NOT NULL,
    trust INTEGER NOT NULL,
    precision TEXT,
    sensitive INTEGER NOT NULL,
    speaker TEXT,
    sources TEXT NOT NULL,
    claim_ids TEXT NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX facts_by_slot ON facts (owner, subject, attribute, system_to, value_key);
CREATE INDEX facts_by_id ON facts (owner, id, system_from);
CREATE INDEX facts_by_time ON facts (owner, valid_from, row);
CREATE INDEX facts_by_revision ON facts (owner, revision);

CREATE TABLE fact_sources (
    owner INTEGER NOT NULL,
    episode_id TEXT NOT NULL,
    fact INTEGER NOT NULL,
    PRIMARY KEY (owner, episode_id, fact)
) WITHOUT ROWID;

CREATE TABLE decisions (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL REFERENCES owners (owner),
    action TEXT NOT NULL,
    at INTEGER NOT NULL,
    claim_id TEXT,
    source_episode TEXT,
    source_start INTEGER,
    source_end INTEGER,
    subject TEXT NOT NULL,
    attribute TEXT NOT NULL,
    fact_ids TEXT NOT NULL,
    closed TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX decisions_by_slot ON decisions (owner, subject, attribute);

CREATE TABLE decision_facts (
    owner INTEGER NOT NULL,
    fact_id TEXT NOT NULL,
    decision INTEGER NOT NULL,
    PRIMARY KEY (owner, fact_id, decision)
) WITHOUT ROWID;

-- The index. kind is 0 for facts and 1 for episodes; terms is a JSON object of counts, so that
-- an item's postings can be found again; vector is little-endian float16.
CREATE TABLE items (
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    row INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    length INTEGER NOT NULL,
    terms TEXT NOT NULL,
    PRIMARY KEY (owner, kind, row)
) WITHOUT ROWID;
CREATE INDEX items_by_revision ON items (owner, kind, revision);

CREATE TABLE postings (
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    term TEXT NOT NULL,
    row INTEGER NOT NULL,
    tf INTEGER NOT NULL,
    PRIMARY KEY (owner, kind, term, row)
) WITHOUT ROWID;

CREATE TABLE vectors (
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    row INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (owner, kind, row)
) WITHOUT ROWID;
