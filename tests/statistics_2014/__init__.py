"""A form of one table with one number a row, in data only: the statistical table of the reports for 2014 to 2018."""
