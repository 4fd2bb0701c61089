module github.com/caremarket/caremarket/e2e

go 1.26.0

require github.com/caremarket/caremarket v0.0.0

replace github.com/caremarket/caremarket => ../
