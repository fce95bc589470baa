//! TODO: a submission with one bug that students really write. Each assignment has at least five.
