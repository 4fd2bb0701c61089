// Command caremarket serves the suite, or a part of it, and brings data into it.
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "caremarket: "+err.Error())
		os.Exit(1)
	}
}
