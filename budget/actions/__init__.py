"""The only way to the money: every act that writes a posting, by noun. The database refuses what they would not do."""

from budget.actions.posting import AlreadyPaid, NoPool, Overdrawn, allocate, commit, lock_pools, pay, release

__all__ = ("AlreadyPaid", "NoPool", "Overdrawn", "allocate", "commit", "lock_pools", "pay", "release")
