"""Fuzzed specs: each is a plan, or diagnostics with a place, and takes neither long nor much memory.

They come from four sources: shipped specs and those of tests, changed as texts and as trees; specs drawn from the JSON
Schema; YAML drawn at random; and bytes.
"""
