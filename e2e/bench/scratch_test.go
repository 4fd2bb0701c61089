package bench

import (
	"slices"
	"testing"
	"fmt"
	"os"
	"runtime/pprof"
)

func BenchmarkScratchFill(b *testing.B) {
	c, e := generated(b, county(b)), generated(b, england(b))
	homes, returns := around(c, e)
	os.MkdirAll("/tmp/bs/all", 0o755); os.MkdirAll("/tmp/bs/whole", 0o755)
	all, whole := newHomes(b, "sqlite:/tmp/bs/all"), newHomes(b, "sqlite:/tmp/bs/whole")
	fill(b, whole, c.Sources, c.CareHomes, returnsOf(c))
	fill(b, all, slices.Concat(c.Sources, e.Sources), homes, returns)
}

func BenchmarkScratchRead(b *testing.B) {
	all, whole := newHomes(b, "sqlite:/tmp/bs/all"), newHomes(b, "sqlite:/tmp/bs/whole")
	f, _ := os.Create("/tmp/bs/cpu.prof")
	pprof.StartCPUProfile(f)
	r := compared(b, "x", "x", all, whole)
	pprof.StopCPUProfile()
	fmt.Println(r)
}
