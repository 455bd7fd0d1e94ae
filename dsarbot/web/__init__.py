"""The pages in the browser: the console of the staff. A seam like the command line: it shows and orders, and decides
nothing that the core does not decide."""
