// The script of a report: filter, order, highlighting and details. The page can be read without it.

export {};
