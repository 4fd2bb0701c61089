package replicate

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Workers returns how many workers to use for the tasks when asked is wanted: no more than there are
// tasks, and one for each processor when asked is 0.
func Workers(asked, tasks int) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return max(1, min(asked, tasks))
}

// Each runs do for every task from 0 to tasks-1 on so many workers, and returns the first error; the
// context's when it ends first. Tasks of one worker run one after another, in rising order.
func Each(ctx context.Context, workers, tasks int, do func(ctx context.Context, worker, task int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	left := share{tasks: tasks, workers: workers}
	for worker := range workers {
		group.Go(func() error {
			for first, end := left.take(); first < end; first, end = left.take() {
				for task := first; task < end; task++ {
					if err := ctx.Err(); err != nil {
						return err
					}
					if err := do(ctx, worker, task); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// share hands out tasks in runs that grow shorter: long ones first, so that workers seldom meet, and single
// ones at last, so that all end at about the same time (guided self-scheduling, Polychronopoulos and Kuck
// 1987, IEEE Transactions on Computers 36).
type share struct {
	sync.Mutex
	next, tasks, workers int
}

// take returns the next run of tasks, first to end-1; first == end when there are no more.
func (s *share) take() (first, end int) {
	s.Lock()
	defer s.Unlock()
	left := s.tasks - s.next
	first = s.next
	s.next += min(left, max(1, left/(2*s.workers)))
	return first, s.next
}
