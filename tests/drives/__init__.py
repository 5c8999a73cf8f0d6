"""Drives as state machines with a real medium behind them, honest ones and liars, and the histories they go through."""
