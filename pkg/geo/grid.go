package geo

import "math"

// Grid cuts the map into cells so large that two points of the United Kingdom within a
// reach of each other stand in the same cell or in neighbouring ones.
type Grid struct{ height, width float64 }

// Cell is one cell of a Grid.
type Cell struct{ Row, Column int }

// leastReach keeps cells from being so small that there are too many of them, in miles.
const leastReach = 1

// NewGrid returns the grid for a reach in miles.
func NewGrid(miles float64) Grid {
	// Degrees of longitude are shortest in the north, so that cells drawn for it are wide
	// enough everywhere.
	box := BoxAround(Point{Latitude: unitedKingdom.North}, max(miles, leastReach))
	return Grid{height: (box.North - box.South) / 2, width: (box.East - box.West) / 2}
}

// CellOf is the cell that a point stands in.
func (g Grid) CellOf(p Point) Cell {
	return Cell{Row: int(math.Floor(p.Latitude / g.height)), Column: int(math.Floor(p.Longitude / g.width))}
}

// Box is a cell's, its edges included: a point on an edge stands in the boxes of two cells.
func (g Grid) Box(c Cell) Box {
	return Box{
		South: float64(c.Row) * g.height, North: float64(c.Row+1) * g.height,
		West: float64(c.Column) * g.width, East: float64(c.Column+1) * g.width,
	}
}

// Around lists a cell and its eight neighbours.
func (c Cell) Around() []Cell {
	around := make([]Cell, 0, 9)
	for row := c.Row - 1; row <= c.Row+1; row++ {
		for column := c.Column - 1; column <= c.Column+1; column++ {
			around = append(around, Cell{row, column})
		}
	}
	return around
}
