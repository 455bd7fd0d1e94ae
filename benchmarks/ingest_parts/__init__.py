"""The pieces of `benchmarks/ingest.py` and `benchmarks/latency.py`; none of them is run by `make bench` by itself."""
