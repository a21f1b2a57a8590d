-- Every statement of the store, in a form that both dialects can run: `:name` is a parameter,
-- and after IN a list of them. `{part}` stands for a part given once, below.

-- part: episode
e.row, e.id, o.user_id, o.agent_id, e.run_id, e.role, e.name, e.at, e.recorded_at, e.ordinal,
e.key, e.extracted_at, e.metadata, e.content

-- part: claim
c.owner, c.subject, c.attribute, c.id, c.value_key, c.replaces_key, c.value, c.text,
c.episode_id, c.run_id, c.evidence_start, c.evidence_end, c.said_at, c.said_order,
c.said_suborder, c.recorded_at, c.withdrawn_at, c.polarity, c.targets, c.valid_from, c.valid_to,
c.precision, c.past, c.expires_at, c.confidence, c.trust, c.sensitive, c.speaker, c.extractor,
c.metadata

-- part: fact
f.row, f.id, o.user_id, o.agent_id, o.run_id, f.subject, f.attribute, f.value, f.text,
f.valid_from, f.valid_to, f.system_from, f.system_to, f.expires_at, f.review, f.confidence,
f.trust, f.precision, f.sensitive, f.speaker, f.sources, f.claim_ids, f.metadata

-- part: fact_in_run
(:run = '' OR f.row IN (
    SELECT s.fact FROM episodes e CROSS JOIN fact_sources s
    WHERE e.owner IN :owners AND e.run_id = :run
    AND s.owner = e.owner AND s.episode_id = e.id))

-- part: held
f.system_from <= :known_at AND f.system_to > :known_at

-- part: valid
f.valid_from <= :as_of AND f.valid_to > :as_of AND f.expires_at > :as_of

-- scopes

-- name: owners_of_user
SELECT owner FROM owners
WHERE user_id = :user AND (:agent = '' OR agent_id = :agent)
AND (run_id = '' OR run_id = :run)
AND (:run = '' OR EXISTS (
    SELECT 1 FROM episodes e WHERE e.owner = owners.owner AND e.run_id = :run))
ORDER BY owner

-- name: owner_exact
SELECT owner FROM owners WHERE user_id = :user AND agent_id = :agent AND run_id = :run

-- name: owner_add
INSERT INTO owners (owner, user_id, agent_id, run_id) VALUES (:owner, :user, :agent, :run)

-- name: owner_policy
SELECT policy FROM owners WHERE owner = :owner

-- name: owner_set_policy
UPDATE owners SET policy = :policy WHERE owner = :owner

-- name: owner_scopes
SELECT o.user_id, o.agent_id, o.run_id FROM owners o
WHERE (:run = '' OR EXISTS (
    SELECT 1 FROM episodes e WHERE e.owner = o.owner AND e.run_id = :run))
AND (:id = '' OR EXISTS (
    SELECT 1 FROM facts f WHERE f.owner = o.owner AND f.id = :id)
    OR o.owner IN (SELECT e.owner FROM episodes e WHERE e.id = :id))
ORDER BY o.owner

-- name: owner_state
SELECT revision, epoch FROM owners WHERE owner = :owner

-- name: owner_revise
UPDATE owners SET revision = revision + 1 WHERE owner = :owner

-- name: owner_new_epoch
UPDATE owners SET epoch = epoch + 1 WHERE owner = :owner

-- name: owner_new_epochs
UPDATE owners SET epoch = epoch + 1, revision = revision + 1

-- name: owner_delete
DELETE FROM owners WHERE owner = :owner

-- episodes

-- name: episodes_by_id
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.id IN :ids AND e.owner IN :owners AND (:run = '' OR e.run_id = :run)

-- name: episodes_by_row
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.row IN :ids AND +e.owner IN :owners AND (:run = '' OR e.run_id = :run)

-- name: episodes_by_key
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.owner = :owner AND e.run_id = :run AND e.key IN :keys

-- name: episodes_page
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.owner IN :owners AND (e.at, e.row) > (:at, :row) AND e.recorded_at <= :known_at
ORDER BY e.at, e.row LIMIT :limit

-- name: episodes_page_of_run
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.owner IN :owners AND e.run_id = :run
AND (e.at, e.row) > (:at, :row) AND e.recorded_at <= :known_at
ORDER BY e.at, e.row LIMIT :limit

-- name: episodes_before
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE o.user_id = :user AND o.agent_id = :agent AND o.run_id = :owner_run
AND e.run_id = :run AND (e.at, e.row) < (:at, :row)
ORDER BY e.at DESC, e.row DESC LIMIT :limit

-- name: episodes_pending
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.extracted_at IS NULL ORDER BY e.recorded_at, e.row LIMIT :limit

-- name: episodes_pending_of
SELECT {episode} FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.extracted_at IS NULL AND e.id IN :ids

-- name: episodes_add
INSERT INTO episodes (row, id, owner, run_id, role, name, at, recorded_at, ordinal, key,
    extracted_at, characters, metadata, content)
VALUES (:row, :id, :owner, :run_id, :role, :name, :at, :recorded_at, :ordinal, :key,
    :extracted_at, :characters, :metadata, :content)

-- name: episodes_pending_rows
SELECT row FROM episodes WHERE row IN :rows AND extracted_at IS NULL

-- name: episodes_done
UPDATE episodes SET extracted_at = :at WHERE row IN :rows AND extracted_at IS NULL

-- name: episodes_rows
SELECT row, id FROM episodes WHERE owner = :owner AND id IN :ids

-- name: episodes_delete
DELETE FROM episodes WHERE owner = :owner AND id IN :ids

-- name: episodes_delete_all
DELETE FROM episodes WHERE owner = :owner

-- claims

-- name: claims_of_slot
SELECT {claim} FROM claims c
WHERE c.owner = :owner AND c.subject = :subject AND c.attribute = :attribute ORDER BY c.row

-- name: claims_of_values
SELECT {claim} FROM claims c WHERE c.row IN (
    SELECT v.row FROM claims v
    WHERE v.owner = :owner AND v.subject = :subject AND v.attribute = :attribute
    AND v.value_key IN :keys
    UNION
    SELECT r.row FROM claims r
    WHERE r.owner = :owner AND r.subject = :subject AND r.attribute = :attribute
    AND r.replaces_key IN :keys)
ORDER BY c.row

-- name: claims_by_id
SELECT {claim} FROM claims c
WHERE c.id IN :ids AND c.owner IN :owners AND (:run = '' OR c.run_id = :run)

-- name: claims_of_episodes
SELECT {claim} FROM claims c
WHERE c.owner IN :owners AND c.episode_id IN :ids AND (:run = '' OR c.run_id = :run)
ORDER BY c.row

-- name: claims_places
SELECT c.owner, c.subject, c.attribute, c.id, c.episode_id, c.evidence_start, c.evidence_end,
    c.extractor, c.withdrawn_at, c.expires_at
FROM claims c
WHERE c.episode_id IN :ids AND c.owner IN :owners AND (:run = '' OR c.run_id = :run)
ORDER BY c.row

-- name: claims_slots
SELECT DISTINCT owner, subject, attribute FROM claims
WHERE owner IN :owners ORDER BY owner, subject, attribute

-- name: claims_slots_of_run
SELECT DISTINCT owner, subject, attribute FROM claims
WHERE owner IN :owners AND run_id = :run ORDER BY owner, subject, attribute

-- name: claims_add
INSERT INTO claims (row, id, owner, subject, attribute, value_key, replaces_key, value, text,
    episode_id, run_id, evidence_start, evidence_end, said_at, said_order, said_suborder,
    recorded_at, withdrawn_at, polarity, targets, valid_from, valid_to, precision, past,
    expires_at, confidence, trust, sensitive, speaker, extractor, metadata)
VALUES (:row, :id, :owner, :subject, :attribute, :value_key, :replaces_key, :value, :text,
    :episode_id, :run_id, :evidence_start, :evidence_end, :said_at, :said_order, :said_suborder,
    :recorded_at, :withdrawn_at, :polarity, :targets, :valid_from, :valid_to, :precision, :past,
    :expires_at, :confidence, :trust, :sensitive, :speaker, :extractor, :metadata)
ON CONFLICT (id) DO NOTHING

-- name: claims_withdraw
UPDATE claims SET withdrawn_at = :at WHERE id IN :ids AND withdrawn_at IS NULL

-- name: claims_value_keys
SELECT id, value_key FROM claims WHERE owner = :owner AND id IN :ids

-- name: claims_slots_of_claims
SELECT DISTINCT subject, attribute FROM claims WHERE owner = :owner AND id IN :ids

-- name: claims_slots_of_episodes
SELECT DISTINCT subject, attribute FROM claims WHERE owner = :owner AND episode_id IN :ids

-- name: claims_delete
DELETE FROM claims WHERE owner = :owner AND id IN :ids

-- name: claims_delete_of_episodes
DELETE FROM claims WHERE owner = :owner AND episode_id IN :ids

-- name: claims_delete_all
DELETE FROM claims WHERE owner = :owner

-- facts

-- name: facts_of_slot
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner = :owner AND f.subject = :subject AND f.attribute = :attribute
AND f.system_to = :forever ORDER BY +f.valid_from, +f.row

-- name: facts_of_values
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner = :owner AND f.subject = :subject AND f.attribute = :attribute
AND f.system_to = :forever AND f.value_key IN :keys ORDER BY +f.valid_from, +f.row

-- name: facts_to_hold
SELECT f.subject, f.attribute, f.value, f.text, f.valid_from, f.row, f.valid_to, f.expires_at
FROM facts f
WHERE f.owner = :owner AND +f.system_to = :forever AND f.review = ''
AND f.valid_to > :as_of AND f.expires_at > :as_of
ORDER BY f.revision DESC, f.row DESC LIMIT :limit

-- name: facts_to_hold_of_subject
SELECT f.subject, f.attribute, f.value, f.text, f.valid_from, f.row, f.valid_to, f.expires_at
FROM facts f
WHERE f.owner = :owner AND f.subject = :subject AND f.attribute IN :attributes
AND f.system_to = :forever AND f.review = '' AND f.valid_to > :as_of AND f.expires_at > :as_of
ORDER BY +f.revision DESC, +f.row DESC LIMIT :limit

-- name: facts_changed
SELECT f.subject, f.attribute, f.value, f.text, f.valid_from, f.row, f.valid_to, f.expires_at,
    f.system_to = :forever AND f.review = ''
FROM facts f WHERE f.owner = :owner AND f.revision > :revision ORDER BY f.revision, f.row

-- name: facts_by_row
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.row IN :ids AND +f.owner IN :owners AND {fact_in_run}

-- name: facts_slots
SELECT f.row, f.owner, f.subject, f.attribute FROM facts f
WHERE f.row IN :ids AND +f.owner IN :owners

-- name: fact_last
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND f.id = :id AND {fact_in_run}
ORDER BY f.system_from DESC, f.row DESC LIMIT 1

-- name: fact_held
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND f.id = :id AND {held} AND {fact_in_run}
ORDER BY f.system_from DESC, f.row DESC LIMIT 1

-- name: facts_page
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND (f.valid_from, f.row) > (:start, :row) AND {held}
AND (:always = 1 OR ({valid})) AND (f.review = '') = (:review = 0) AND {fact_in_run}
ORDER BY f.valid_from, f.row LIMIT :limit

-- name: facts_page_of_subject
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND f.subject = :subject
AND (f.valid_from, f.row) > (:start, :row) AND {held}
AND (:always = 1 OR ({valid})) AND (f.review = '') = (:review = 0) AND {fact_in_run}
ORDER BY f.valid_from, f.row LIMIT :limit

-- name: facts_page_of_slot
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND f.subject = :subject AND f.attribute = :attribute
AND (+f.valid_from, +f.row) > (:start, :row) AND {held}
AND (:always = 1 OR ({valid})) AND (f.review = '') = (:review = 0) AND {fact_in_run}
ORDER BY +f.valid_from, +f.row LIMIT :limit

-- name: facts_page_of_attribute
SELECT {fact} FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.owner IN :owners AND f.attribute = :attribute
AND (f.valid_from, f.row) > (:start, :row) AND {held}
AND (:always = 1 OR ({valid})) AND (f.review = '') = (:review = 0) AND {fact_in_run}
ORDER BY f.valid_from, f.row LIMIT :limit

-- name: facts_of_episodes
SELECT {fact} FROM fact_sources s CROSS JOIN facts f CROSS JOIN owners o
WHERE s.owner IN :owners AND s.episode_id IN :ids AND f.row = s.fact AND f.owner = s.owner
AND o.owner = f.owner AND {held} AND {valid} AND f.review = '' AND {fact_in_run}

-- name: facts_add
INSERT INTO facts (row, id, owner, subject, attribute, value_key, value, text, valid_from,
    valid_to, system_from, system_to, expires_at, review, revision, confidence, trust,
    precision, sensitive, speaker, sources, claim_ids, metadata)
VALUES (:row, :id, :owner, :subject, :attribute, :value_key, :value, :text, :valid_from,
    :valid_to, :system_from, :system_to, :expires_at, :review, :revision, :confidence, :trust,
    :precision, :sensitive, :speaker, :sources, :claim_ids, :metadata)

-- name: facts_owners
SELECT row, owner, system_from, revision, sources FROM facts WHERE row IN :rows

-- name: facts_amend
UPDATE facts SET text = :text, revision = :revision, confidence = :confidence, trust = :trust,
    precision = :precision, sources = :sources, claim_ids = :claim_ids, metadata = :metadata
WHERE row = :row

-- name: facts_close
UPDATE facts SET system_to = :at, revision = :revision WHERE row IN :rows AND system_to > :at

-- name: facts_rows_of_slot
SELECT row, sources FROM facts
WHERE owner = :owner AND subject = :subject AND attribute = :attribute

-- name: facts_delete
DELETE FROM facts WHERE owner = :owner AND row IN :rows

-- name: facts_delete_all
DELETE FROM facts WHERE owner = :owner

-- name: facts_clear
DELETE FROM facts

-- name: fact_sources_add
INSERT INTO fact_sources (owner, episode_id, fact) VALUES (:owner, :episode_id, :fact)
ON CONFLICT DO NOTHING

-- name: fact_sources_delete
DELETE FROM fact_sources WHERE owner = :owner AND episode_id = :episode_id AND fact = :fact

-- name: fact_sources_delete_all
DELETE FROM fact_sources WHERE owner = :owner

-- name: fact_sources_clear
DELETE FROM fact_sources

-- decisions

-- name: decisions_of_fact
SELECT d.id, d.action, d.at, d.claim_id, d.source_episode, d.source_start, d.source_end,
    d.subject, d.attribute, d.fact_ids, d.closed, d.reason
FROM decision_facts l JOIN decisions d ON d.row = l.decision
WHERE l.owner IN :owners AND l.fact_id = :fact_id ORDER BY d.at, d.row

-- name: decisions_add
INSERT INTO decisions (row, id, owner, action, at, claim_id, source_episode, source_start,
    source_end, subject, attribute, fact_ids, closed, reason)
VALUES (:row, :id, :owner, :action, :at, :claim_id, :source_episode, :source_start,
    :source_end, :subject, :attribute, :fact_ids, :closed, :reason)

-- name: decision_facts_add
INSERT INTO decision_facts (owner, fact_id, decision) VALUES (:owner, :fact_id, :decision)
ON CONFLICT DO NOTHING

-- name: decisions_of_slot
SELECT row, fact_ids, closed FROM decisions
WHERE owner = :owner AND subject = :subject AND attribute = :attribute

-- name: decision_facts_delete
DELETE FROM decision_facts
WHERE owner = :owner AND fact_id = :fact_id AND decision = :decision

-- name: decisions_delete
DELETE FROM decisions WHERE owner = :owner AND row IN :rows

-- name: decisions_delete_of_episodes
DELETE FROM decisions WHERE owner = :owner AND claim_id IS NULL AND row IN (
    SELECT decision FROM decision_facts WHERE owner = :owner AND fact_id IN :ids
)

-- name: decision_facts_delete_of_episodes
DELETE FROM decision_facts WHERE owner = :owner AND fact_id IN :ids

-- name: decisions_delete_all
DELETE FROM decisions WHERE owner = :owner

-- name: decision_facts_delete_all
DELETE FROM decision_facts WHERE owner = :owner

-- name: decisions_clear
DELETE FROM decisions WHERE claim_id IS NOT NULL OR source_episode IS NULL

-- name: decision_facts_clear
DELETE FROM decision_facts WHERE decision NOT IN (
    SELECT row FROM decisions WHERE claim_id IS NULL AND source_episode IS NOT NULL
)

-- judgements

-- name: judgements_of_owner
SELECT o.user_id, o.agent_id, o.run_id, j.id, j.question_id, j.matter, j.subject, j.attribute,
    j.into_subject, j.into_attribute, j.verdict, j.confidence, j.reason, j.judge, j.at,
    j.evidence, j.claim_ids, j.undone_at
FROM judgements j JOIN owners o ON o.owner = j.owner
WHERE j.owner = :owner ORDER BY j.at, j.id

-- name: judgements_add
INSERT INTO judgements (row, id, owner, question_id, matter, subject, attribute, into_subject,
    into_attribute, verdict, confidence, reason, judge, at, evidence, claim_ids, undone_at)
VALUES (:row, :id, :owner, :question_id, :matter, :subject, :attribute, :into_subject,
    :into_attribute, :verdict, :confidence, :reason, :judge, :at, :evidence, :claim_ids,
    :undone_at)
ON CONFLICT DO NOTHING

-- name: judgements_undo
UPDATE judgements SET undone_at = :at WHERE owner = :owner AND id = :id AND undone_at IS NULL

-- name: judgements_delete
DELETE FROM judgements WHERE owner = :owner AND id IN :ids

-- name: judgements_delete_all
DELETE FROM judgements WHERE owner = :owner

-- the index

-- name: items_terms
SELECT row, terms FROM items WHERE owner = :owner AND kind = :kind AND row IN :rows

-- name: items_add
INSERT INTO items (owner, kind, row, revision, length, terms)
VALUES (:owner, :kind, :row, :revision, :length, :terms)

-- name: postings_add
INSERT INTO postings (owner, kind, term, row, tf) VALUES (:owner, :kind, :term, :row, :tf)

-- name: vectors_add
INSERT INTO vectors (owner, kind, row, vector, digest)
VALUES (:owner, :kind, :row, :vector, :digest)

-- name: vectors_by_digest
SELECT digest, vector FROM vectors WHERE owner = :owner AND digest IN :digests

-- name: staged_by_digest
SELECT digest, vector FROM staged WHERE owner = :owner AND digest IN :digests

-- name: staged_add
INSERT INTO staged (owner, kind, row, digest, vector)
SELECT owner, kind, row, :digest, :vector FROM items
WHERE owner = :owner AND kind = :kind AND row = :row
ON CONFLICT (owner, kind, row) DO UPDATE SET digest = excluded.digest, vector = excluded.vector

-- name: staged_add_indexed
INSERT INTO staged (owner, kind, row, digest, vector)
SELECT owner, kind, row, digest, vector FROM vectors WHERE digest IS NOT NULL
ON CONFLICT (owner, kind, row) DO NOTHING

-- name: staged_missing
SELECT i.owner, i.kind, i.row FROM items i
LEFT JOIN staged s ON s.owner = i.owner AND s.kind = i.kind AND s.row = i.row
WHERE s.row IS NULL AND (i.owner, i.kind, i.row) > (:owner, :kind, :row)
ORDER BY i.owner, i.kind, i.row LIMIT :limit

-- name: staged_missing_count
SELECT (SELECT COUNT(*) FROM items) - (SELECT COUNT(*) FROM staged)

-- name: staged_delete
DELETE FROM staged WHERE owner = :owner AND kind = :kind AND row = :row

-- name: staged_delete_all
DELETE FROM staged WHERE owner = :owner

-- name: staged_clear
DELETE FROM staged

-- name: items_delete
DELETE FROM items WHERE owner = :owner AND kind = :kind AND row = :row

-- name: postings_delete
DELETE FROM postings WHERE owner = :owner AND kind = :kind AND term = :term AND row = :row

-- name: vectors_delete
DELETE FROM vectors WHERE owner = :owner AND kind = :kind AND row = :row

-- name: items_delete_all
DELETE FROM items WHERE owner = :owner

-- name: postings_delete_all
DELETE FROM postings WHERE owner = :owner

-- name: vectors_delete_all
DELETE FROM vectors WHERE owner = :owner

-- name: items_clear
DELETE FROM items

-- name: postings_clear
DELETE FROM postings

-- name: vectors_clear
DELETE FROM vectors

-- name: cells_episodes
SELECT row, at, recorded_at, characters, run_id, role, name FROM episodes
WHERE owner = :owner AND row > :after ORDER BY row LIMIT :limit

-- name: cells_facts
SELECT row, valid_from, valid_to, system_from, system_to, expires_at, review <> '' FROM facts
WHERE owner = :owner AND (valid_from, row) > (:begins, :after)
ORDER BY valid_from, row LIMIT :limit

-- name: cells_facts_since
SELECT row, valid_from, valid_to, system_from, system_to, expires_at, review <> '' FROM facts
WHERE owner = :owner AND revision > :revision ORDER BY row

-- name: cells_items
SELECT row, revision, length FROM items
WHERE owner = :owner AND kind = :kind AND row > :after ORDER BY row LIMIT :limit

-- name: cells_items_since
SELECT row, revision, length FROM items
WHERE owner = :owner AND kind = :kind AND revision > :revision ORDER BY +row

-- name: cells_vectors
SELECT row, vector FROM vectors
WHERE owner = :owner AND kind = :kind AND row > :after ORDER BY row LIMIT :limit

-- name: cells_vectors_of
SELECT row, vector FROM vectors
WHERE owner = :owner AND kind = :kind AND row IN :rows ORDER BY row

-- name: postings_of_term
SELECT row, tf FROM postings
WHERE owner = :owner AND kind = :kind AND term = :term ORDER BY row

-- name: postings_of_rows
SELECT term, row, tf FROM postings
WHERE owner = :owner AND kind = :kind AND term IN :terms AND row IN :rows

-- name: facts_of_run
SELECT s.fact FROM episodes e CROSS JOIN fact_sources s
WHERE e.owner = :owner AND e.run_id = :run AND s.owner = e.owner AND s.episode_id = e.id

-- the whole

-- name: setting
SELECT value FROM settings WHERE key = :key

-- name: setting_put
INSERT INTO settings (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- name: counts
SELECT
    (SELECT COUNT(*) FROM owners),
    (SELECT COUNT(*) FROM episodes),
    (SELECT COUNT(*) FROM episodes WHERE extracted_at IS NULL),
    (SELECT COUNT(*) FROM claims),
    (SELECT COUNT(*) FROM facts),
    (SELECT COUNT(*) FROM facts f WHERE {held} AND {valid} AND f.review = ''),
    (SELECT COUNT(*) FROM facts f WHERE {held} AND f.review <> ''),
    (SELECT COUNT(*) FROM decisions),
    (SELECT COUNT(*) FROM judgements)

-- name: schema_number
SELECT COALESCE(MAX(number), 0) FROM migrations

-- checks: what should not be

-- name: check_episodes_not_indexed
SELECT COUNT(*) FROM episodes e WHERE e.extracted_at IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM items i WHERE i.owner = e.owner AND i.kind = 1 AND i.row = e.row)

-- name: check_facts_not_indexed
SELECT COUNT(*) FROM facts f WHERE NOT EXISTS
    (SELECT 1 FROM items i WHERE i.owner = f.owner AND i.kind = 0 AND i.row = f.row)

-- name: check_entries_of_nothing
SELECT COUNT(*) FROM items i
WHERE NOT EXISTS (SELECT 1 FROM episodes e WHERE i.kind = 1 AND e.row = i.row AND e.owner = i.owner)
AND NOT EXISTS (SELECT 1 FROM facts f WHERE i.kind = 0 AND f.row = i.row AND f.owner = i.owner)

-- name: check_without_vector
SELECT COUNT(*) FROM items i WHERE NOT EXISTS
    (SELECT 1 FROM vectors v WHERE v.owner = i.owner AND v.kind = i.kind AND v.row = i.row)

-- name: check_postings_of_nothing
SELECT COUNT(*) FROM postings p WHERE NOT EXISTS
    (SELECT 1 FROM items i WHERE i.owner = p.owner AND i.kind = p.kind AND i.row = p.row)

-- name: check_facts_without_source
SELECT COUNT(*) FROM facts f WHERE NOT EXISTS
    (SELECT 1 FROM json_each(f.sources) s JOIN episodes e ON e.id = json_extract(s.value, '$[0]')
     WHERE e.owner = f.owner)

-- name: check_claims_of_nothing
SELECT COUNT(*) FROM claims c WHERE NOT EXISTS
    (SELECT 1 FROM episodes e WHERE e.id = c.episode_id AND e.owner = c.owner)

-- name: check_terms
SELECT owner, kind, row, terms FROM items
WHERE (owner, kind, row) > (:owner, :kind, :row) ORDER BY owner, kind, row LIMIT :limit

-- name: check_postings
SELECT COUNT(*) FROM postings p JOIN items i
    ON i.owner = p.owner AND i.kind = p.kind AND i.row = p.row

-- name: check_vectors
SELECT owner, kind, row, vector FROM vectors
WHERE (owner, kind, row) > (:owner, :kind, :row) ORDER BY owner, kind, row LIMIT :limit

-- exports: whole canonical tables, in pages

-- name: dump_settings
SELECT 0 AS row, key, value FROM settings WHERE :after < 0 AND :limit > 0 ORDER BY key

-- name: dump_owners
SELECT owner AS row, user_id, agent_id, run_id FROM owners
WHERE owner > :after ORDER BY owner LIMIT :limit

-- name: dump_episodes
SELECT e.row, e.id, o.user_id, o.agent_id, e.run_id, e.role, e.name, e.at, e.recorded_at,
    e.ordinal, e.key, e.extracted_at, e.metadata, e.content
FROM episodes e JOIN owners o ON o.owner = e.owner
WHERE e.row > :after ORDER BY e.row LIMIT :limit

-- name: dump_claims
SELECT c.row, c.id, o.user_id, o.agent_id, c.run_id, c.subject, c.attribute, c.value_key,
    c.replaces_key, c.value, c.text, c.episode_id, c.evidence_start, c.evidence_end, c.said_at,
    c.said_order, c.said_suborder, c.recorded_at, c.withdrawn_at, c.polarity, c.targets,
    c.valid_from, c.valid_to, c.precision, c.past, c.expires_at, c.confidence, c.trust,
    c.sensitive, c.speaker, c.extractor, c.metadata
FROM claims c JOIN owners o ON o.owner = c.owner
WHERE c.row > :after ORDER BY c.row LIMIT :limit

-- name: dump_facts
SELECT f.row, f.id, o.user_id, o.agent_id, o.run_id, f.subject, f.attribute, f.value_key,
    f.value, f.text, f.valid_from, f.valid_to, f.system_from, f.system_to, f.expires_at,
    f.review, f.confidence, f.trust, f.precision, f.sensitive, f.speaker, f.sources,
    f.claim_ids, f.metadata
FROM facts f JOIN owners o ON o.owner = f.owner
WHERE f.row > :after ORDER BY f.row LIMIT :limit

-- name: dump_decisions
SELECT d.row, d.id, o.user_id, o.agent_id, o.run_id, d.action, d.at, d.claim_id,
    d.source_episode, d.source_start, d.source_end, d.subject, d.attribute, d.fact_ids,
    d.closed, d.reason
FROM decisions d JOIN owners o ON o.owner = d.owner
WHERE d.row > :after ORDER BY d.row LIMIT :limit

-- name: dump_judgements
SELECT j.row, j.id, o.user_id, o.agent_id, o.run_id, j.question_id, j.matter, j.subject,
    j.attribute, j.into_subject, j.into_attribute, j.verdict, j.confidence, j.reason, j.judge,
    j.at, j.evidence, j.claim_ids, j.undone_at
FROM judgements j JOIN owners o ON o.owner = j.owner
WHERE j.row > :after ORDER BY j.row LIMIT :limit
