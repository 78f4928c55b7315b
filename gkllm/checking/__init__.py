"""Edit rules over cells: what holds, what does not, what the relations say of doubtful readings."""
