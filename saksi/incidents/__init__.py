"""Incidents: what happened where and when, and what figures say of it beside the cameras.

Counts and rates of places and hours. Nothing here tells of a person, and nothing foretells what one will do.
"""
