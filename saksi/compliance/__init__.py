"""Agencies and the regulation: what is agreed with them, whether it is kept, what is wrong, and what to do.

Whoever is limited to agencies sees of these alone; people limited to areas see nothing here, since an agency is
judged as a whole.
"""
