//! TODO: a right submission. Each assignment has at least two, of different designs.
