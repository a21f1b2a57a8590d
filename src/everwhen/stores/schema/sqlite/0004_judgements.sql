-- What a judge decided about slots and entities. Canonical, as claims are: facts are folded from
-- claims and from the judgements that hold. undone_at is empty while one holds.
CREATE TABLE judgements (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL REFERENCES owners (owner),
    question_id TEXT NOT NULL,
    matter TEXT NOT NULL,
    subject TEXT NOT NULL,
    attribute TEXT NOT NULL,
    into_subject TEXT NOT NULL,
    into_attribute TEXT NOT NULL,
    verdict TEXT NOT NULL,
    confidence REAL NOT NULL,
    reason TEXT NOT NULL,
    judge TEXT NOT NULL,
    at INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    claim_ids TEXT NOT NULL,
    undone_at INTEGER
);
CREATE INDEX judgements_by_owner ON judgements (owner, at, id);
