"""Generated reports printed as files of real formats: their tables as grids of merged cells, then each format."""
