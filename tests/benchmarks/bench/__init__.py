"""`make bench`: how fast specrun is, beside what people would write. Each figure is measured, none is asserted."""
