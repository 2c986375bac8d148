"""AWS's facts from pinned registry packages to sorted text."""
