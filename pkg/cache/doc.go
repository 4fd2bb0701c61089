// Package cache keeps encoded answers: in this process, then in Redis if there is one, then by working them out, one
// flight per question and few at a time.
//
// An answer is kept with the [revision.Mark] it was worked out from, and is given only to those who ask for that mark
// or, from this process's own memory, an earlier one. So a kept answer is never wrong, only unused, and nothing is
// ever invalidated. It follows that a [Question] must hold all else that an answer depends on: the audience, the day
// and moment it speaks of (a page that says how old a return is changes at midnight), the format, the page.
//
// Redis is a help, not a need. A lookup there has a budget of a few milliseconds; behind a breaker, a Redis that is
// refused or frozen costs that much a few times and then nothing until the breaker tries again. What is written to it
// is queued, and dropped when the queue is full. A value that is damaged, or is not the one asked for, is not there.
package cache
