"""What several tests share and no test: paths, servers, browsers, samples."""
