"""What several benchmarks share: options, pictures, servers, tables and result files."""
