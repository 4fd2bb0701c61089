package workforce

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Whatever a caller sends, the rules answer with faults by field, and what they let pass
// can be counted.
func FuzzCheckReturn(f *testing.F) {
	odd := &workforcev1.EmployerReturn{
		Roles:      []*workforcev1.RoleReturn{row(99, 9, 0, 0, 0), row(-1, 0, -3, 0, 0)},
		DsptStatus: 77, Training: []*workforcev1.TrainingCount{{Training: 42, Staff: 1}},
	}
	for _, r := range []*workforcev1.EmployerReturn{sound(), {}, odd} {
		seed, err := proto.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	m := market{rules: DefaultRules()}
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := &workforcev1.EmployerReturn{}
		if proto.Unmarshal(sent, r) != nil {
			return
		}
		if err := m.CheckReturn(employer("1-1"), r, day(t, today)); err != nil {
			faults := errs.Violations(err)
			if len(faults) == 0 {
				t.Fatalf("no fault is named: %v", err)
			}
			for _, v := range faults {
				if v.Field == "" || v.Description == "" {
					t.Fatalf("a fault without a field or words: %+v", v)
				}
			}
			return
		}
		m.Flag(employer("1-1"), r)
		s := returned(employer("1-1"), "2024-10-12")
		s.Return = r
		Capacity(ask(t, audience.Public, stroud), []Standing{s}, known)
	})
}

// Whatever a file holds, each of its rows is read as one return or has a fault, the same
// each time; and every fault of the return has a column of the layout, or the whole row.
func FuzzReadReturns(f *testing.F) {
	f.Add([]byte(header + "1-1,2024-09-30,6,40,2,3,4,10,,,,,standards_met,yes\n"))
	f.Add([]byte(header + "1-1,2024-09-30,6,\"40\n1-1,2024-09-30,1,1\n\xff,,\n"))
	f.Add([]byte(header + "1-1,30/09/2024,,12,,,,,,5,7\n1-1,30/09/2024,,12\nem-x,2024-01-01,1\n"))
	f.Add([]byte("nothing"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, second := readAll(t, data), readAll(t, data)
		if diff := cmp.Diff(first, second, protocmp.Transform()); diff != "" {
			t.Fatalf("read twice, two things:\n%s", diff)
		}
		for _, r := range first {
			one, err := sameID(r)
			if err != nil || one == "" {
				t.Fatalf("no request id: %v", err)
			}
			for _, v := range errs.Violations(market{rules: DefaultRules()}.CheckReturn(nil, r, day(t, today))) {
				if column := columnOf(v.Field, r); len(unread([]string{column})) > 0 {
					t.Fatalf("the fault of %s stands in %q, which is no column", v.Field, column)
				}
			}
		}
	})
}

func sameID(r *workforcev1.EmployerReturn) (string, error) {
	one, err := requestID(r)
	if err != nil {
		return "", err
	}
	other, err := requestID(proto.CloneOf(r))
	if one != other {
		return "", err
	}
	return one, err
}

// readAll reads the rows that have no fault; none of what is no such file.
func readAll(t *testing.T, data []byte) (out []*workforcev1.EmployerReturn) {
	rows, err := intake.Open(intake.FromBytes("fuzz.csv", data), returnsLayout())
	if err != nil {
		return nil
	}
	defer rows.Close()
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if r := readReturn(row); !row.Faulty() {
			out = append(out, r)
		}
	}
	return out
}
