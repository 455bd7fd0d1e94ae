"""The embedded mail servers and sample letters of `dsarbot demo`."""
