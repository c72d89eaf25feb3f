"""The report of a run: facts that are gathered once, each kind in a module, and one page that shows them."""
