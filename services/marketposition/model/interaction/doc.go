// Package interaction works out how the four markets of a district act on each other: people who find
// the care they want full go on to another kind, and so a lack of home care fills care homes.
//
// # The model
//
// N people a district needs places for want setting s in the share p(s). Setting s has places for C(s)
// people. Of those whom s turns away, the share phi(s,t) goes on to try t; the rest, 1 - sum over t of
// phi(s,t), give up and are without a place. Everyone comes in the same mix; a setting takes people
// until it is full and from then on turns all away. [Settle] follows that from the first person to the
// last: between two moments at which a setting fills up all streams are constant, and there are at most
// four such moments, so the answer is exact. When a setting fills, it is taken out of the network: who would come to it is
// sent straight on to where it sends people. If it can send them nowhere (every setting that can be
// reached from it is full too, and nobody gives up), they have found every place they can reach full,
// and are without a place.
//
// # It is the least fixed point
//
// Let x(s) be how many people try s. Then x is a solution of
//
//	x(s) = p(s) N + sum over t of phi(t,s) max(0, x(t) - C(t))        (1)
//	placed(s) = min(x(s), C(s))                                       (2)
//
// because s turns away just what comes beyond its places. The right side of (1), F(x), never falls as x
// rises, so by Kleene's theorem 0, F(0), F(F(0)), ... rises to the least solution x* with values in
// [0, infinity] (infinite only where people circle among full settings for ever; (2) is finite all the
// same). What [Settle] sends to each setting has come by finitely many refusals, each after a setting
// was truly full, so its x is no more than x*; and being a solution it is no less. Existence is thus
// certain. Any finite solution y >= x* has the same placed(s) as x*: let d = y - x*; then
// d = phi' (e(y) - e(x*)) with 0 <= e(y) - e(x*) <= d, where e(x) = max(0, x - C); summing, and as no row
// of phi sums to more than 1, e(y) - e(x*) = d, so wherever d(s) > 0 already x*(s) >= C(s), and s is
// full in both. Uniqueness is thus certain too, though phi need not be a contraction.
//
// # What follows
//
//   - Conservation: every person in a stream is in a place or gave up, so placed + unmet = N.
//   - phi = 0: x(s) = p(s) N, the gaps are independent. Places without limit: everyone has what they want.
//   - F falls in every C(s) and rises in N, in each p(s) N and in each phi(s,t), and so does x*. Hence more
//     places in s never put more people in any other setting: more home care never raises placements in
//     residential or nursing care, each taken by itself.
//   - One more place in s that is taken moves one person; the place that person leaves or forgoes may move
//     one other, and so on along a chain that ends in a free place or in one person fewer without a
//     place. So one more place never makes more unmet need, and never fewer people placed in s itself
//     or in all care homes, if it is a care home's.
//
// The last two say in which direction each figure moves with each input, so the smallest and largest
// that ranges of the inputs allow are found by trying their ends (see [Assess]).
//
// Everyone is as likely to find a place as any other who tries the same setting, so the model says
// nothing about who among them goes first; councils may give priority by need, which changes who is
// placed but not how many.
package interaction
