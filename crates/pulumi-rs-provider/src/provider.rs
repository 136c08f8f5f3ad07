//! A provider as a value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::author::{Configuration, ErasedFunction, ErasedList, ErasedResource, Function, List, Resource};
use crate::schema::{self, ObjectType, Shape};
use crate::typed::{Properties, Types};

/// A provider: a value made of a package, the code of its configuration, its resources and its functions.
pub struct Provider<G: Configuration> {
    pub(crate) package: schema::Package,
    types: Types,
    pub(crate) configuration: G,
    /// The settings without which the configuration's type cannot be; nothing if the type takes any.
    pub(crate) essential_settings: Option<BTreeSet<String>>,
    pub(crate) autonaming: bool,
    schemas: BTreeMap<String, schema::Resource>,
    function_schemas: BTreeMap<String, schema::Function>,
    pub(crate) resources: BTreeMap<String, Arc<dyn ErasedResource<G::Value>>>,
    pub(crate) lists: BTreeMap<String, Arc<dyn ErasedList<G::Value>>>,
    pub(crate) functions: BTreeMap<String, Arc<dyn ErasedFunction<G::Value>>>,
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
    /// Two resources or two functions with one token.
    #[error("the token `{0}` is taken twice")]
    DuplicateToken(String),
    /// A list for a resource that the provider does not have (yet).
    #[error("there is no resource `{0}` to list; add the resource first")]
    UnknownToken(String),
    /// Types that take any properties, without a schema beside them.
    #[error("the types of `{0}` take any properties, so the schema must be given beside them")]
    NoSchema(String),
    /// Two Rust types with one name in the schema.
    #[error("two types are called `{0}`; rename one by `#[serde(rename = \"…\")]`")]
    DuplicateType(String),
    /// A schema that no SDK can be made from.
    #[error("the schema is wrong:{}", lines(.0))]
    Schema(Vec<schema::Fault>),
}

fn lines(faults: &[schema::Fault]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}

impl<G: Configuration> Provider<G> {
    /// A provider without resources. Where the configuration has a derived type, it goes before [`schema::Package::config`].
    pub fn new(package: schema::Package, configuration: G) -> Self {
        let mut provider = Self {
            types: Types::new(&package.name),
            package,
            configuration,
            essential_settings: None,
            autonaming: false,
            schemas: BTreeMap::new(),
            function_schemas: BTreeMap::new(),
            resources: BTreeMap::new(),
            lists: BTreeMap::new(),
            functions: BTreeMap::new(),
            mappings: BTreeMap::new(),
        };
        if let Some(object) = provider.describe::<G::Args>() {
            let mut essential = object.required.clone();
            essential.retain(|name| {
                object
                    .properties
                    .get(name)
                    .is_none_or(|property| property.default.is_none())
            });
            provider.essential_settings = Some(essential);
            let object = object.as_inputs();
            provider.package.config = schema::Config {
                description: object.description,
                variables: object.properties,
                required: object.required,
            };
        }
        provider
    }

    /// What the schema says of a type. Named types that it has are added to the package.
    fn describe<T: Properties>(&mut self) -> Option<ObjectType> {
        self.types.known = std::mem::take(&mut self.package.types);
        let object = T::object(&mut self.types);
        self.package.types = std::mem::take(&mut self.types.known);
        object
    }

    /// Adds a kind of resource, described by its types.
    ///
    /// # Errors
    ///
    /// When the token is not one of this package or is taken, or the types do not describe a schema.
    pub fn resource<R: Resource<G::Value>>(mut self, token: &str, code: R) -> Result<Self, BuildError> {
        let (inputs, state) = (self.describe::<R::Inputs>(), self.describe::<R::State>());
        let (Some(inputs), Some(state)) = (inputs, state) else {
            return Err(BuildError::NoSchema(token.to_owned()));
        };
        let inputs = inputs.as_inputs();
        let schema = schema::Resource {
            description: state.description,
            properties: state.properties,
            required: state.required,
            input_properties: inputs.properties,
            required_inputs: inputs.required,
            ..schema::Resource::default()
        };
        self.resource_with_schema(token, schema, code)
    }

    /// Adds a kind of resource whose schema does not come from its types, or says more than they do.
    ///
    /// # Errors
    ///
    /// When the token is not one of this package, or is taken.
    pub fn resource_with_schema(
        mut self,
        token: &str,
        schema: schema::Resource,
        code: impl Resource<G::Value>,
    ) -> Result<Self, BuildError> {
        self.own(token)?;
        self.autonaming |= schema.input_properties.values().any(|property| property.autoname);
        if self.schemas.insert(token.to_owned(), schema).is_some() {
            return Err(BuildError::DuplicateToken(token.to_owned()));
        }
        self.resources.insert(token.to_owned(), Arc::new(code));
        Ok(self)
    }

    /// Lets users list the resources of a kind that was added before.
    ///
    /// # Errors
    ///
    /// When there is no such resource, or the type of the query describes no schema.
    pub fn list<L: List<G::Value>>(mut self, token: &str, code: L) -> Result<Self, BuildError> {
        let query = self
            .describe::<L::Query>()
            .ok_or_else(|| BuildError::NoSchema(token.to_owned()))?;
        self.own(token)?;
        let schema = self.schemas.get_mut(token);
        let schema = schema.ok_or_else(|| BuildError::UnknownToken(token.to_owned()))?;
        schema.list_inputs = Some(query.as_inputs());
        self.lists.insert(token.to_owned(), Arc::new(code));
        Ok(self)
    }

    /// Adds a function, described by its types. Its token ends in a name in camelCase, such as `pets:index:getPet`.
    ///
    /// # Errors
    ///
    /// When the token is not one of this package or is taken, or the types do not describe a schema.
    pub fn function<F: Function<G::Value>>(mut self, token: &str, code: F) -> Result<Self, BuildError> {
        let (inputs, outputs) = (self.describe::<F::Args>(), self.describe::<F::Result>());
        let (Some(inputs), Some(mut outputs)) = (inputs, outputs) else {
            return Err(BuildError::NoSchema(token.to_owned()));
        };
        let schema = schema::Function {
            description: outputs.description.take(),
            inputs: Some(inputs.as_inputs()),
            outputs: Some(outputs),
            ..schema::Function::default()
        };
        self.function_with_schema(token, schema, code)
    }

    /// Adds a function whose schema does not come from its types, or says more than they do.
    ///
    /// # Errors
    ///
    /// When the token is not one of this package, or is taken.
    pub fn function_with_schema(
        mut self,
        token: &str,
        schema: schema::Function,
        code: impl Function<G::Value>,
    ) -> Result<Self, BuildError> {
        self.own(token)?;
        if self.function_schemas.insert(token.to_owned(), schema).is_some() {
            return Err(BuildError::DuplicateToken(token.to_owned()));
        }
        self.functions.insert(token.to_owned(), Arc::new(code));
        Ok(self)
    }

    /// Refuses tokens of other packages, and types met so far that exclude each other.
    fn own(&self, token: &str) -> Result<(), BuildError> {
        let parts: Vec<&str> = token.split(':').collect();
        if parts.len() != 3 || parts[0] != self.package.name || parts.contains(&"") {
            let package = self.package.name.clone();
            return Err(BuildError::ForeignToken {
                token: token.to_owned(),
                package,
            });
        }
        match self.types.conflicts.first() {
            Some(token) => Err(BuildError::DuplicateType(token.clone())),
            None => Ok(()),
        }
    }

    /// Promises that every resource with names of its own follows [`CheckRequest::autonaming`](crate::CheckRequest). Properties that the
    /// schema names by itself promise it already. Without the promise the engine warns users who have set a naming scheme.
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

    /// What the schema says of each part, for the requests of its verbs.
    pub(crate) fn shapes(&self) -> Shapes {
        let types = Arc::new(self.package.types.clone());
        let shape = |inputs: ObjectType, outputs: ObjectType| {
            Arc::new(Shape {
                inputs,
                outputs,
                types: Arc::clone(&types),
            })
        };
        let object = |properties: &BTreeMap<_, _>, required: &BTreeSet<_>| ObjectType {
            description: None,
            properties: properties.clone(),
            required: required.clone(),
        };
        let resources = self.schemas.iter().map(|(token, schema)| {
            let inputs = object(&schema.input_properties, &schema.required_inputs);
            let outputs = object(&schema.properties, &schema.required);
            (token.clone(), shape(inputs, outputs))
        });
        let lists = self.schemas.iter().filter_map(|(token, schema)| {
            let query = schema.list_inputs.clone()?;
            Some((token.clone(), shape(query, ObjectType::default())))
        });
        let functions = self.function_schemas.iter().map(|(token, schema)| {
            let object = |object: &Option<ObjectType>| object.clone().unwrap_or_default();
            (
                token.clone(),
                shape(object(&schema.inputs), object(&schema.outputs)),
            )
        });
        let config = &self.package.config;
        Shapes {
            configuration: shape(object(&config.variables, &config.required), ObjectType::default()),
            resources: resources.collect(),
            lists: lists.collect(),
            functions: functions.collect(),
        }
    }
}

/// What the schema says, by token.
pub(crate) struct Shapes {
    pub(crate) configuration: Arc<Shape>,
    pub(crate) resources: BTreeMap<String, Arc<Shape>>,
    pub(crate) lists: BTreeMap<String, Arc<Shape>>,
    pub(crate) functions: BTreeMap<String, Arc<Shape>>,
}
