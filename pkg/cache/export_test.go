package cache

// Weight is how much memory kept answers take, about, once all evictions that are due are done.
func (c *Cache) Weight() uint64 {
	c.local.CleanUp()
	return c.local.WeightedSize()
}
