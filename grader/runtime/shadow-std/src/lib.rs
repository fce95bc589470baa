pub use std::*; pub mod prelude { pub use std::prelude::*; }
