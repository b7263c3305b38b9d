"""Speed and quality, measured: ``python -m benchmarks`` runs everything, ``python -m benchmarks NAME`` one part."""
