-- digest is a number worked out from the text that was embedded, where doing that again would be
-- slow: equal texts of an owner then need it only once. Vectors that another embedder is making
-- wait in staged until all are there. Both go with the item that they are of.
ALTER TABLE vectors ADD COLUMN digest INTEGER;
CREATE INDEX vectors_by_digest ON vectors (owner, digest) WHERE digest IS NOT NULL;

CREATE TABLE staged (
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    row INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (owner, kind, row)
) WITHOUT ROWID;
CREATE INDEX staged_by_digest ON staged (owner, digest);
