//! The author's surface: a provider, its configuration and its resources.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Error;
use crate::schema;
use crate::verbs::{
    CheckConfigRequest, CheckReply, CheckRequest, ConfigureRequest, CreateReply, CreateRequest,
    DeleteRequest, Diff, DiffConfigRequest, DiffRequest, ReadReply, ReadRequest, UpdateReply, UpdateRequest,
};

/// The provider's own configuration. Implement it with plain `async fn`.
pub trait Configuration: Send + Sync + 'static {
    /// What [`Configuration::configure`] makes, and every verb of every resource is handed: a client, limits, anything.
    type Value: Send + Sync + 'static;

    /// Says what is wrong with the configuration and fills defaults in. Values may be unknown. No network.
    fn check(
        &self,
        request: CheckConfigRequest,
        context: &Context,
    ) -> impl Future<Output = Result<CheckReply, Error>> + Send;

    /// Says what a new configuration changes. Only what makes the old resources unmanageable is a replacement.
    fn diff(
        &self,
        request: DiffConfigRequest,
        context: &Context,
    ) -> impl Future<Output = Result<Diff, Error>> + Send;

    /// Makes the value for the resources. It should be quick, without network: the first verb will see whether it works.
    fn configure(
        &self,
        request: ConfigureRequest,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Value, Error>> + Send;
}

/// A kind of resource, for providers whose configuration has the value `C`. Implement it with plain `async fn`.
///
/// Every verb is required, since each that silently did nothing would lose somebody's resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource for a provider whose configuration value is `{C}`",
    note = "implement `Resource<{C}>` for it; `{C}` is the `Value` of the provider's `Configuration`"
)]
pub trait Resource<C>: Send + Sync + 'static {
    /// Says what is wrong with the inputs and fills defaults in. Inputs may be unknown; then only what is known is looked at.
    /// Deterministic, without network.
    fn check(
        &self,
        config: &C,
        request: CheckRequest,
        context: &Context,
    ) -> impl Future<Output = Result<CheckReply, Error>> + Send;

    /// Says what a change of inputs means. An unknown new value of a property that replaces is a replacement.
    fn diff(
        &self,
        config: &C,
        request: DiffRequest,
        context: &Context,
    ) -> impl Future<Output = Result<Diff, Error>> + Send;

    /// Makes it. An error promises that nothing was made.
    fn create(
        &self,
        config: &C,
        request: CreateRequest,
        context: &Context,
    ) -> impl Future<Output = Result<CreateReply, Error>> + Send;

    /// Looks at it.
    fn read(
        &self,
        config: &C,
        request: ReadRequest,
        context: &Context,
    ) -> impl Future<Output = Result<ReadReply, Error>> + Send;

    /// Changes it in place. An error promises that nothing was changed.
    fn update(
        &self,
        config: &C,
        request: UpdateRequest,
        context: &Context,
    ) -> impl Future<Output = Result<UpdateReply, Error>> + Send;

    /// Ends it. One that is gone already is a success; an error says that it still exists.
    fn delete(
        &self,
        config: &C,
        request: DeleteRequest,
        context: &Context,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A provider: a value made of a package, the code of its configuration and its resources.
pub struct Provider<G: Configuration> {
    pub(crate) package: schema::Package,
    pub(crate) configuration: G,
    pub(crate) autonaming: bool,
    pub(crate) schemas: BTreeMap<String, schema::Resource>,
    pub(crate) function_schemas: BTreeMap<String, schema::Function>,
    pub(crate) resources: BTreeMap<String, Arc<dyn ErasedResource<G::Value>>>,
    /// By conversion key; the main one of each key first.
    pub(crate) mappings: BTreeMap<String, Vec<Mapping>>,
}

/// What a converter needs to know to turn programs for another tool's provider into programs for this one.
pub(crate) struct Mapping {
    /// The other tool's name for the provider.
    pub(crate) source: String,
    pub(crate) data: Vec<u8>,
}

/// A provider that contradicts itself; its author's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A token that is not `<package>:<module>:<Name>` with this package's name.
    #[error("the token `{token}` is not of the form `{package}:<module>:<Name>`")]
    ForeignToken {
        /// The token.
        token: String,
        /// The name of the package.
        package: String,
    },
    /// Two resources with one token.
    #[error("the token `{0}` is taken twice")]
    DuplicateToken(String),
    /// A schema that no SDK can be made from.
    #[error("the schema is wrong:{}", lines(.0))]
    Schema(Vec<schema::Fault>),
}

fn lines(faults: &[schema::Fault]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}

impl<G: Configuration> Provider<G> {
    /// A provider without resources.
    pub fn new(package: schema::Package, configuration: G) -> Self {
        Self {
            package,
            configuration,
            autonaming: false,
            schemas: BTreeMap::new(),
            function_schemas: BTreeMap::new(),
            resources: BTreeMap::new(),
            mappings: BTreeMap::new(),
        }
    }

    /// Adds a kind of resource: its token, what the schema says of it, and its code.
    ///
    /// # Errors
    ///
    /// When the token is not one of this package, or is taken.
    pub fn resource(
        mut self,
        token: &str,
        schema: schema::Resource,
        code: impl Resource<G::Value>,
    ) -> Result<Self, BuildError> {
        let parts: Vec<&str> = token.split(':').collect();
        if parts.len() != 3 || parts[0] != self.package.name || parts.contains(&"") {
            let package = self.package.name.clone();
            return Err(BuildError::ForeignToken {
                token: token.to_owned(),
                package,
            });
        }
        if self.schemas.insert(token.to_owned(), schema).is_some() {
            return Err(BuildError::DuplicateToken(token.to_owned()));
        }
        self.resources.insert(token.to_owned(), Arc::new(code));
        Ok(self)
    }

    /// Promises that every resource with names of its own follows [`CheckRequest::autonaming`](crate::CheckRequest). Without this the
    /// engine warns users who have set a naming scheme.
    #[must_use]
    pub fn with_autonaming(mut self) -> Self {
        self.autonaming = true;
        self
    }

    /// Adds the data with which `pulumi convert` and `pulumi import --from` turn what was written for another tool into what this
    /// provider serves: the tool's conversion key, such as `terraform`, the tool's own name for the provider, and the data in the form
    /// that this tool's converter reads. The first mapping of a key is the main one.
    #[must_use]
    pub fn with_mapping(mut self, key: &str, source: &str, data: impl Into<Vec<u8>>) -> Self {
        let mapping = Mapping {
            source: source.to_owned(),
            data: data.into(),
        };
        self.mappings.entry(key.to_owned()).or_default().push(mapping);
        self
    }

    /// The name of the package.
    pub fn name(&self) -> &str {
        &self.package.name
    }

    /// The version of the package.
    pub fn version(&self) -> &str {
        &self.package.version
    }

    /// The package schema as JSON text: indented, with sorted keys, the same for equal providers.
    pub fn schema_json(&self) -> String {
        schema::render(&self.package, &self.schemas, &self.function_schemas)
    }

    /// Holds the schema against the rules that `pulumi schema check` knows, and against itself. [`serve`](crate::serve) does so before
    /// anything else; a test of the provider finds faults earlier.
    ///
    /// # Errors
    ///
    /// With everything that is wrong.
    pub fn check_schema(&self) -> Result<(), BuildError> {
        let faults = schema::validate(&self.package, &self.schemas, &self.function_schemas);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(BuildError::Schema(faults))
        }
    }
}

type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// [`Resource`] without its type, so that one map holds all of them.
pub(crate) trait ErasedResource<C>: Send + Sync + 'static {
    fn check<'a>(
        &'a self,
        config: &'a C,
        request: CheckRequest,
        context: &'a Context,
    ) -> Pending<'a, CheckReply>;
    fn diff<'a>(&'a self, config: &'a C, request: DiffRequest, context: &'a Context) -> Pending<'a, Diff>;
    fn create<'a>(
        &'a self,
        config: &'a C,
        request: CreateRequest,
        context: &'a Context,
    ) -> Pending<'a, CreateReply>;
    fn read<'a>(
        &'a self,
        config: &'a C,
        request: ReadRequest,
        context: &'a Context,
    ) -> Pending<'a, ReadReply>;
    fn update<'a>(
        &'a self,
        config: &'a C,
        request: UpdateRequest,
        context: &'a Context,
    ) -> Pending<'a, UpdateReply>;
    fn delete<'a>(&'a self, config: &'a C, request: DeleteRequest, context: &'a Context) -> Pending<'a, ()>;
}

impl<C: Send + Sync + 'static, R: Resource<C>> ErasedResource<C> for R {
    fn check<'a>(
        &'a self,
        config: &'a C,
        request: CheckRequest,
        context: &'a Context,
    ) -> Pending<'a, CheckReply> {
        Box::pin(Resource::check(self, config, request, context))
    }

    fn diff<'a>(&'a self, config: &'a C, request: DiffRequest, context: &'a Context) -> Pending<'a, Diff> {
        Box::pin(Resource::diff(self, config, request, context))
    }

    fn create<'a>(
        &'a self,
        config: &'a C,
        request: CreateRequest,
        context: &'a Context,
    ) -> Pending<'a, CreateReply> {
        Box::pin(Resource::create(self, config, request, context))
    }

    fn read<'a>(
        &'a self,
        config: &'a C,
        request: ReadRequest,
        context: &'a Context,
    ) -> Pending<'a, ReadReply> {
        Box::pin(Resource::read(self, config, request, context))
    }

    fn update<'a>(
        &'a self,
        config: &'a C,
        request: UpdateRequest,
        context: &'a Context,
    ) -> Pending<'a, UpdateReply> {
        Box::pin(Resource::update(self, config, request, context))
    }

    fn delete<'a>(&'a self, config: &'a C, request: DeleteRequest, context: &'a Context) -> Pending<'a, ()> {
        Box::pin(Resource::delete(self, config, request, context))
    }
}
