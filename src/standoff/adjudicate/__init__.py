"""Adjudication: readings that differ, decided by people or by a policy, each decision on record."""
