"""Code that several tests share: paths, servers, browsers, sample postings."""
