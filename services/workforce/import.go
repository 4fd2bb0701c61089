package workforce

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// ImportReturns keeps the returns of a file, one a row, in the layout that
// docs/formats/workforce-returns.md describes. From is where they come from.
//
// The whole file is kept in one commit, or nothing when a row is rejected, unless o.Partial
// asks for the sound ones: the error is then nil, else an *intake.RejectedError. The report
// says what came of it either way. Run again with the same file and source, it changes
// nothing.
func ImportReturns(ctx context.Context, b *Book, file intake.Source, from *commonv1.Source, o intake.Options) (intake.Report, error) {
	if from.GetId() == "" {
		return intake.Report{}, errors.New("import returns: say which source they come from")
	}
	rows, err := intake.Open(file, returnsLayout())
	if err != nil {
		return intake.Report{}, err
	}
	i := &returnsImport{from: from, rejects: intake.NewRejects(o.Rejects), first: map[string]int{}}
	if names := unread(rows.Header); len(names) > 0 {
		i.report.Notes = append(i.report.Notes, "these columns are not read: "+strings.Join(names, ", "))
	}
	revision, err := b.Bulk(ctx, []*commonv1.Source{from}, func(k *book.Bulk[*workforcev1.Employer, *workforcev1.EmployerReturn]) error {
		for row, err := range rows.All(ctx, o.Progress) {
			if err != nil {
				return err
			}
			if err := i.keep(ctx, k, row); err != nil {
				return err
			}
		}
		return i.rejects.Verdict(o.Partial)
	})
	i.report.Rejected, i.report.RejectedFirst = i.rejects.Count, i.rejects.First
	i.report.Revision = revision
	if err != nil {
		i.report.Created, i.report.Unchanged = 0, 0
	}
	return i.report, errors.Join(err, rows.Close())
}

// returnsImport is one import under way.
type returnsImport struct {
	from    *commonv1.Source
	rejects *intake.Rejects
	report  intake.Report
	// first is the row in which an employer and day stood first.
	first map[string]int
}

// keep keeps one row, or rejects it.
func (i *returnsImport) keep(ctx context.Context, k *book.Bulk[*workforcev1.Employer, *workforcev1.EmployerReturn], row *intake.Row) error {
	i.report.Rows++
	r := readReturn(row)
	r.SourceId = i.from.GetId()
	key := r.GetEmployer() + "/" + r.GetAsAt()
	if before, twice := i.first[key]; twice {
		row.Fault(columnEmployer, "returns for %s in row %d already", r.GetAsAt(), before)
	}
	if row.Faulty() {
		i.rejects.Add(row)
		return nil
	}
	i.first[key] = row.Number()
	id, err := requestID(r)
	if err != nil {
		return err
	}
	results, err := k.Submit(ctx, []book.Submission[*workforcev1.EmployerReturn]{{Return: r, RequestID: id}})
	if err != nil {
		return fmt.Errorf("row %d: %w", row.Number(), err)
	}
	switch results[0].GetOutcome() {
	case commonv1.RowOutcome_ROW_OUTCOME_REFUSED:
		for _, f := range results[0].GetFaults() {
			row.Fault(columnOf(f.GetField(), r), "%s", f.GetDescription())
		}
		i.rejects.Add(row)
	case commonv1.RowOutcome_ROW_OUTCOME_UNCHANGED:
		i.report.Unchanged++
	default:
		i.report.Created++
	}
	return nil
}

// returnsNamespace sets the request ids of imported returns apart from all others.
var returnsNamespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/caremarket/caremarket/workforce-returns"))

// requestID is the same for the same return from the same source: source, employer, day
// and all that it says.
func requestID(r *workforcev1.EmployerReturn) (string, error) {
	said, err := proto.MarshalOptions{Deterministic: true}.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("identify a return: %w", err)
	}
	name := strings.Join([]string{r.GetSourceId(), r.GetEmployer(), r.GetAsAt(), string(said)}, "\x00")
	return uuid.NewSHA1(returnsNamespace, []byte(name)).String(), nil
}

// readReturn reads a row; what is wrong with a cell is noted on it.
func readReturn(row *intake.Row) *workforcev1.EmployerReturn {
	r := &workforcev1.EmployerReturn{
		Employer: prefix + strings.TrimPrefix(row.Required(columnEmployer), prefix),
		AsAt:     row.Date(columnAsAt).String(),
	}
	for n := 1; n <= roleCount; n++ {
		if role := readRole(row, workforcev1.RoleGroup(n)); role != nil {
			r.Roles = append(r.Roles, role)
		}
	}
	if len(r.GetRoles()) == 0 {
		row.Fault("", "says nothing of any role group")
	}
	for n := 1; n <= ageCount; n++ {
		band := workforcev1.AgeBand(n)
		if staff, given := row.OptionalCount(ageColumn(band)); given {
			r.AgeBands = append(r.AgeBands, &workforcev1.AgeBandCount{AgeBand: band, Staff: int32(staff)})
		}
	}
	for n := 1; n <= trainingCount; n++ {
		what := workforcev1.Training(n)
		if staff, given := row.OptionalCount(trainingColumn(what)); given {
			r.Training = append(r.Training, &workforcev1.TrainingCount{Training: what, Staff: int32(staff)})
		}
	}
	if row.Text(columnDspt) != "" {
		status := row.OneOf(columnDspt, dsptWords()...)
		r.DsptStatus = workforcev1.DsptStatus(workforcev1.DsptStatus_value["DSPT_STATUS_"+strings.ToUpper(status)])
	}
	if row.Text(columnDigital) != "" {
		r.DigitalSocialCareRecords = new(row.OneOf(columnDigital, "yes", "no") == "yes")
	}
	return r
}

// readRole reads a role group; nil when all of its cells are empty.
func readRole(row *intake.Row, role workforcev1.RoleGroup) *workforcev1.RoleReturn {
	out := &workforcev1.RoleReturn{Role: role}
	said := false
	count := func(item string) (*int32, int32) {
		n, given := row.OptionalCount(roleColumn(role, item))
		if !given {
			return nil, 0
		}
		said = true
		return new(int32(n)), int32(n)
	}
	number := func(item string) *float64 {
		x, given := row.OptionalFloat(roleColumn(role, item))
		if !given {
			return nil
		}
		said = true
		return &x
	}
	_, out.Permanent = count("permanent")
	_, out.Temporary = count("temporary")
	_, out.Bank = count("bank")
	_, out.Agency = count("agency")
	out.Vacancies, _ = count("vacancies")
	out.Starters, _ = count("starters")
	out.Leavers, _ = count("leavers")
	out.SicknessDays = number("sickness_days")
	out.ZeroHours, _ = count("zero_hours")
	out.PayPerHour = number("pay_per_hour")
	out.InternationalRecruits, _ = count("international_recruits")
	if !said {
		return nil
	}
	return out
}
