//! What we put on the wire, held against Pulumi's own code: the descriptors of its Python package.

mod descriptors;
