"""Tests of the store and of what fills it."""
