# Reads the figures that readers.py left, by R's own read.csv: `readers.R FOLDER`.
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(...) read.csv(file.path(folder, "figures.csv"), fileEncoding = "UTF-8", encoding = "UTF-8", ...)
texts <- read(colClasses = "character")
expected <- readLines(file.path(folder, "values.txt"))
stopifnot(identical(texts$value, expected))
stopifnot(all(nchar(texts$area) == 6), all(texts$area_en != ""), all(texts$synthetic == "true"))
numbers <- read()
stopifnot(is.numeric(numbers$value), all.equal(numbers$value, suppressWarnings(as.numeric(expected))))
cat("R read", nrow(texts), "rows, with the values of JSON\n")
