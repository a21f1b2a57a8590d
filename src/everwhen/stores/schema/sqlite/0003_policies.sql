-- policy says, as JSON, what of what is said in a scope becomes facts; '' where nothing was set.
ALTER TABLE owners ADD COLUMN policy TEXT NOT NULL DEFAULT '';
