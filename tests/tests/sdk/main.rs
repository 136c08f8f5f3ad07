//! The official clients of the vendor against the sandbox: what they can do with it, and how the requests of our
//! client differ from theirs.

mod calls;
mod faults;
mod model;
mod official;
mod recorder;
mod requests;
