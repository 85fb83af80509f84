-- The display name of a class id; the id itself where none is known.
CREATE MACRO class_name(id) AS coalesce((SELECT min(display_name) FROM classes WHERE label = id), id)
