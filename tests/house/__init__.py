"""Tests of the code itself: its shape, its words, its promises."""
