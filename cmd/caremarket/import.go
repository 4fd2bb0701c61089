package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/services/carehomes"
	"github.com/caremarket/caremarket/services/homecare"
	"github.com/caremarket/caremarket/services/housingwithcare"
	"github.com/caremarket/caremarket/services/marketposition"
	"github.com/caremarket/caremarket/services/workforce"
)

type importCommand struct {
	CQC         importCQC         `cmd:"" name:"cqc" help:"CQC's care directory with filters: care homes and home care branches."`
	Population  importPopulation  `cmd:"" help:"People by age: ONS Census 2021 TS007, or estimates in the Nomis layout."`
	Projections importProjections `cmd:"" help:"Population projections of the ONS."`
	Boundaries  importBoundaries  `cmd:"" help:"District boundaries as GeoJSON."`
	Zones       importZones       `cmd:"" help:"The zones that councils commission home care by."`
	Returns     importReturns     `cmd:"" help:"What places return: the Capacity Tracker's extract, or the documented layout of a market."`
}

// fileFlags are those of every import.
type fileFlags struct {
	storeFlags
	File    string `arg:"" help:"The file." type:"existingfile"`
	Partial bool   `help:"Take the sound rows of a file that has others."`
	Rejects string `help:"Where rejected rows are written, with their reasons. Default: beside the file." placeholder:"FILE"`
}

// citedFlags are those of imports whose rows cite the file as their source.
type citedFlags struct {
	fileFlags
	Edition string `help:"Edition of the file, part of its source. Default: its name." placeholder:"TEXT"`
	Licence string `help:"Under which it may be used." default:"Open Government Licence v3.0" placeholder:"TEXT"`
}

// publishedFlags say of a source what day or period it is of.
type publishedFlags struct {
	citedFlags
	AsAt string `help:"The day or period the file speaks of, in its publisher's words, such as 'April 2026'. Told with the source, and read by nothing." placeholder:"TEXT"`
}

type (
	importCQC        struct{ publishedFlags }
	importPopulation struct {
		citedFlags
		AsAt string `help:"The day on which these people were counted, such as 2023-06-30, where it is not the one that the file says." placeholder:"YYYY-MM-DD"`
	}
	importProjections struct{ publishedFlags }
	importBoundaries  struct{ fileFlags }
	importZones       struct{ publishedFlags }
	importReturns     struct {
		Market string `arg:"" help:"carehomes, homecare, housingwithcare or workforce." enum:"carehomes,homecare,housingwithcare,workforce"`
		publishedFlags
	}
)

// importing reads one file into one store.
type importing func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error)

// Run imports both registers that the directory holds.
func (c importCQC) Run(ctx context.Context, o output) error {
	source := c.source("cqc-directory", commonv1.SourceKind_SOURCE_KIND_REGISTER, "Care directory with filters", "Care Quality Commission", c.AsAt)
	return c.run(ctx, o, source,
		part{"care homes", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
			locate, err := s.books.position.Locator(ctx)
			if err != nil {
				return intake.Report{}, err
			}
			return carehomes.ImportCQC(ctx, s.books.careHomes, locate, src, source, opts)
		}},
		part{"home care branches", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
			locate, err := s.books.position.Locator(ctx)
			if err != nil {
				return intake.Report{}, err
			}
			return homecare.ImportCQC(ctx, s.books.homeCare.Book(), locate, src, source, opts)
		}})
}

// Run imports a count of people.
func (c importPopulation) Run(ctx context.Context, o output) error {
	if _, err := period.Parse(c.AsAt); c.AsAt != "" && err != nil {
		return fmt.Errorf("--as-at: %w", err)
	}
	source := c.source("ons-population", commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC, "Population by age", "Office for National Statistics", c.AsAt)
	return c.run(ctx, o, source, part{"populations", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
		return s.books.position.ImportPopulation(ctx, src, c.edition(source), opts)
	}})
}

// Run imports projections.
func (c importProjections) Run(ctx context.Context, o output) error {
	source := c.source("ons-projections", commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC, "Subnational population projections", "Office for National Statistics", c.AsAt)
	return c.run(ctx, o, source, part{"projections", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
		return s.books.position.ImportProjections(ctx, src, c.edition(source), opts)
	}})
}

// Run imports boundaries, by which places are put in districts from then on.
func (c importBoundaries) Run(ctx context.Context, o output) error {
	return c.run(ctx, o, nil, part{"boundaries", func(ctx context.Context, s *suite, src intake.Source, _ *commonv1.Source, opts intake.Options) (intake.Report, error) {
		return s.books.position.ImportBoundaries(ctx, src, opts)
	}})
}

// Run imports zones, in which home care counts from then on.
func (c importZones) Run(ctx context.Context, o output) error {
	source := c.source("home-care-zones", commonv1.SourceKind_SOURCE_KIND_COUNCIL_RECORD, "Home care zones", "", c.AsAt)
	return c.run(ctx, o, source, part{"zones", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
		return s.books.homeCare.ImportZones(ctx, src, source, opts)
	}})
}

// Run imports returns.
func (c importReturns) Run(ctx context.Context, o output) error {
	source := c.source("returns-"+c.Market, commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, "Returns of providers", "", c.AsAt)
	return c.run(ctx, o, source, part{"returns", func(ctx context.Context, s *suite, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
		switch c.Market {
		case homecare.Service:
			return homecare.ImportReturns(ctx, s.books.homeCare.Book(), src, source, opts)
		case housingwithcare.Service:
			return housingwithcare.ImportReturns(ctx, s.books.housing, src, source, opts)
		case workforce.Service:
			return workforce.ImportReturns(ctx, s.books.workforce, src, source, opts)
		default:
			return carehomes.ImportReturns(ctx, s.books.careHomes, src, source, opts)
		}
	}})
}

var unfit = regexp.MustCompile(`[^a-z0-9._-]+`)

// maxSourceID is how long a source's id may be.
const maxSourceID = 80

// source is what the rows of a file cite. Its id has the edition in it, since a source
// never changes.
func (f citedFlags) source(prefix string, kind commonv1.SourceKind, title, publisher, asAt string) *commonv1.Source {
	name := filepath.Base(f.File)
	edition := cmp.Or(f.Edition, strings.TrimSuffix(name, filepath.Ext(name)))
	id := prefix + "-" + strings.Trim(unfit.ReplaceAllString(strings.ToLower(edition), "-"), "-")
	return &commonv1.Source{
		Id: id[:min(len(id), maxSourceID)], Kind: kind, Title: title, Publisher: publisher, Edition: edition, AsAt: asAt,
		Licence: f.Licence,
	}
}

// part is what a file holds for one store.
type part struct {
	what string
	read importing
}

// edition is how a statistic is told apart from others; without --edition, by what the
// file says.
func (f citedFlags) edition(source *commonv1.Source) marketposition.Edition {
	e := marketposition.Edition{AsAt: source.GetAsAt()}
	if f.Edition != "" {
		e.Source = source
	}
	return e
}

// run imports the parts of a file, each whole or not at all, and reports.
func (f fileFlags) run(ctx context.Context, o output, source *commonv1.Source, parts ...part) error {
	src, err := intake.FromPath(f.File)
	if err != nil {
		return err
	}
	return withStores(ctx, f.storeFlags, o, func(s *suite) error {
		for _, p := range parts {
			if err := f.importPart(ctx, s, o, src, source, p); err != nil {
				return fmt.Errorf("import %s: %w", p.what, err)
			}
		}
		return nil
	})
}

func (f fileFlags) importPart(ctx context.Context, s *suite, o output, src intake.Source, source *commonv1.Source, p part) error {
	rejects := &lazyFile{path: cmp.Or(f.Rejects, f.File+".rejected-"+strings.ReplaceAll(p.what, " ", "-")+".csv")}
	report, err := p.read(ctx, s, src, source, intake.Options{
		Partial: f.Partial, Rejects: rejects, Progress: progress(o.err, p.what),
	})
	if err := errors.Join(err, rejects.close(), s.measure(ctx, p.what, report)); err != nil {
		if rejects.file != nil {
			err = fmt.Errorf("%w; all rejected rows with their reasons: %s", err, rejects.path)
		}
		return err
	}
	return tell(o.out, p.what, report, rejects)
}

// measure counts the rows of an import by what became of them.
func (s *suite) measure(ctx context.Context, what string, r intake.Report) error {
	rows, err := s.telemetry.Meters.Meter("caremarket/import").Int64Counter("caremarket.import.rows",
		metric.WithDescription("Rows of imported files, by what they hold and what became of them."))
	if err != nil {
		return fmt.Errorf("measure an import: %w", err)
	}
	for outcome, n := range map[string]int{
		"created": r.Created, "updated": r.Updated, "unchanged": r.Unchanged, "skipped": r.Skipped, "rejected": r.Rejected,
	} {
		rows.Add(ctx, int64(n), metric.WithAttributes(attribute.String("what", what), attribute.String("outcome", outcome)))
	}
	return nil
}

func tell(w io.Writer, what string, r intake.Report, rejects *lazyFile) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d rows read; %d new, %d changed, %d as before, %d of no concern, %d rejected.\n",
		what, r.Rows, r.Created, r.Updated, r.Unchanged, r.Skipped, r.Rejected)
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "  note: %s\n", note)
	}
	for _, rejected := range r.RejectedFirst {
		fmt.Fprintf(&b, "  %s\n", rejected)
	}
	if rejects.file != nil {
		fmt.Fprintf(&b, "  all rejected rows with their reasons: %s\n", rejects.path)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// progress shows how far an import has come, where there is a terminal to show it on.
func progress(w io.Writer, what string) intake.Progress {
	// Of known length from the start: a bar without one spins on a goroutine of its own.
	bar := progressbar.NewOptions64(1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionShowBytes(false))
	return func(done, total int64) {
		if total > 0 {
			bar.ChangeMax64(total)
		}
		_ = bar.Set64(done) // A progress that cannot be shown is no reason to stop.
	}
}

// lazyFile is created with its first byte, so that nothing rejected leaves no file.
type lazyFile struct {
	path string
	file *os.File
}

// Write creates the file when it has to.
func (l *lazyFile) Write(p []byte) (int, error) {
	if l.file == nil {
		file, err := os.Create(l.path)
		if err != nil {
			return 0, fmt.Errorf("rejected rows: %w", err)
		}
		l.file = file
	}
	return l.file.Write(p)
}

func (l *lazyFile) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
