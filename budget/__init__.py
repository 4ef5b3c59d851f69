"""The pool and its books: districts and people, never a pupil, an application or a decision."""
