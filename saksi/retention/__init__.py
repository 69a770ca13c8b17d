"""How long footage is kept, and how it goes: policies, purges and what they leave, forecast, pressure.

The order of a purge and what a crash in it means: docs/decisions/0012.
"""
