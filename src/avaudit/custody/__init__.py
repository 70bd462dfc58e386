"""Custody of originals: who saw them first, whether they are still what they were, who saw what.

seen          binds what audits saw first, and what people decided, to the custody chain
verification  reads originals again: whole, changed, moved, swapped, gone
judging       has the rules `custody.original_*` judge what the chain says
disclosure    approvals, views and exports
"""
