"""Telegram calls."""
