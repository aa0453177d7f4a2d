"""`standoff new`: the repository of another corpus."""

from standoff.new.new import Plan, make_plan, new

__all__ = ["Plan", "make_plan", "new"]
