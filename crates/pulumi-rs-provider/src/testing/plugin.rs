//! The engine's side of one provider: it sends what the real engine sends, and refuses what the real one refuses.
//!
//! The rules are those of `pkg/resource/plugin/provider_plugin.go` in pulumi/pulumi.

use prost::Message as _;
use tonic::transport::Channel;
use tonic::{Response, Status};

use super::KitError;
use super::contract::{self, Violation};
use super::marks::{annotate_secrets, as_accepted};
use crate::proto::resource_provider_client::ResourceProviderClient;
use crate::proto::{self, CheckFailure, DiffResponse, ErrorResourceInitFailed, google_rpc};
use crate::urn::Urn;
use crate::value::PropertyMap;
use crate::wire::Struct;

/// Which resource a call is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its URN.
    pub urn: Urn,
    /// Its type token.
    pub token: String,
    /// The name that the program gave.
    pub name: String,
}

impl Target {
    /// A resource of the stack `dev` in the project `test`.
    pub fn new(token: &str, name: &str) -> Self {
        Self {
            urn: Urn::new(format!("urn:pulumi:dev::test::{token}::{name}")),
            token: token.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// What the engine remembers of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// Its id.
    pub id: String,
    /// Its checked inputs.
    pub inputs: PropertyMap,
    /// Its state.
    pub outputs: PropertyMap,
}

/// The answer of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The inputs with defaults filled in.
    pub inputs: PropertyMap,
    /// What is wrong with them.
    pub failures: Vec<CheckFailure>,
}

/// Why a call gave no answer that the engine can use.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The provider answered with an error.
    #[error("{verb} was answered {:?}: {}", status.code(), status.message())]
    Refused {
        /// Which call.
        verb: &'static str,
        /// The answer.
        status: Box<Status>,
    },
    /// The resource exists but is not as asked for. The engine saves it.
    #[error("{verb} left the resource incomplete: {}", reasons.join("; "))]
    Incomplete {
        /// Which call.
        verb: &'static str,
        /// What exists. The inputs are those of a read only.
        live: Box<Live>,
        /// Why.
        reasons: Vec<String>,
    },
    /// The answer breaks the protocol, and the real engine would refuse it or lose a resource by it.
    #[error("{verb} broke the protocol: {violation}")]
    Broken {
        /// Which call.
        verb: &'static str,
        /// How.
        violation: Violation,
    },
    /// What the test sends has no form on the wire.
    #[error(transparent)]
    Request(#[from] crate::value::EncodeError),
}

/// The engine's side of one provider.
#[derive(Clone, Debug)]
pub struct Plugin {
    client: ResourceProviderClient<Channel>,
    /// What the provider said that it understands; before the handshake nothing.
    accepts: proto::ProviderHandshakeResponse,
}

type Call<T> = Result<T, CallError>;

impl Plugin {
    /// The engine's side of the provider at the other end.
    pub fn new(client: ResourceProviderClient<Channel>) -> Self {
        Self {
            client,
            accepts: proto::ProviderHandshakeResponse::default(),
        }
    }

    /// What the provider said that it understands.
    pub fn accepts(&self) -> &proto::ProviderHandshakeResponse {
        &self.accepts
    }

    /// Says hello as a new engine does, and tells where messages for the user go.
    ///
    /// # Errors
    ///
    /// When the provider refuses.
    pub async fn handshake(&mut self, engine: &str) -> Call<()> {
        let request = proto::ProviderHandshakeRequest {
            engine_address: engine.to_owned(),
            configure_with_urn: true,
            supports_views: true,
            supports_refresh_before_update: true,
            invoke_with_preview: true,
            ..Default::default()
        };
        self.accepts = answer("Handshake", self.client.handshake(request).await)?;
        Ok(())
    }

    /// Hands a provider that was started by somebody else over to an engine.
    ///
    /// # Errors
    ///
    /// When the provider refuses.
    pub async fn attach(&mut self, engine: &str) -> Call<()> {
        let request = proto::PluginAttach {
            address: engine.to_owned(),
        };
        answer("Attach", self.client.attach(request).await)
    }

    /// The version of the provider.
    ///
    /// # Errors
    ///
    /// When the provider refuses.
    pub async fn version(&mut self) -> Call<String> {
        answer("GetPluginInfo", self.client.get_plugin_info(()).await).map(|info| info.version)
    }

    /// The package schema as text.
    ///
    /// # Errors
    ///
    /// When the provider refuses.
    pub async fn schema(&mut self) -> Call<String> {
        let request = proto::GetSchemaRequest::default();
        answer("GetSchema", self.client.get_schema(request).await).map(|reply| reply.schema)
    }

    /// Checks the configuration. Secrets are sent in plain, as the engine does, and are marked again in what comes back.
    ///
    /// # Errors
    ///
    /// When the provider refuses, or changes its own version.
    pub async fn check_config(
        &mut self,
        of: &Target,
        olds: Option<&PropertyMap>,
        news: &PropertyMap,
    ) -> Call<Checked> {
        const VERB: &str = "CheckConfig";
        let request = proto::CheckRequest {
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            olds: olds.map(unmarked).transpose()?,
            news: Some(unmarked(news)?),
            ..Default::default()
        };
        let reply = answer(VERB, self.client.check_config(request).await)?;
        let mut inputs = contract::decoded(reply.inputs, true)
            .map_err(broken(VERB))?
            .unwrap_or_default();
        contract::version(news, &inputs).map_err(broken(VERB))?;
        annotate_secrets(&mut inputs, news);
        Ok(Checked {
            inputs,
            failures: reply.failures,
        })
    }

    /// Compares two configurations.
    ///
    /// # Errors
    ///
    /// When the provider refuses, or contradicts itself.
    pub async fn diff_config(
        &mut self,
        of: &Target,
        olds: &PropertyMap,
        news: &PropertyMap,
    ) -> Call<DiffResponse> {
        const VERB: &str = "DiffConfig";
        let request = proto::DiffRequest {
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            olds: Some(unmarked(olds)?),
            old_inputs: Some(unmarked(olds)?),
            news: Some(unmarked(news)?),
            ..Default::default()
        };
        let reply = answer(VERB, self.client.diff_config(request).await)?;
        contract::diff(&reply).map_err(broken(VERB))?;
        Ok(reply)
    }

    /// Hands the configuration over.
    ///
    /// # Errors
    ///
    /// When the provider refuses, or says other than in its handshake what it understands.
    pub async fn configure(&mut self, of: &Target, id: &str, args: &PropertyMap) -> Call<()> {
        const VERB: &str = "Configure";
        let package = of.token.rsplit(':').next().unwrap_or_default();
        let texts = args.iter().filter_map(|(key, value)| {
            let text = value.expose().as_str()?.to_owned();
            Some((format!("{package}:config:{key}"), text))
        });
        let request = proto::ConfigureRequest {
            variables: texts.collect(),
            args: Some(self.struct_of(args)?),
            accept_secrets: true,
            accept_resources: true,
            sends_old_inputs: true,
            sends_old_inputs_to_delete: true,
            id: Some(id.to_owned()),
            urn: Some(of.urn.as_str().to_owned()),
            name: Some(of.name.clone()),
            r#type: Some(of.token.clone()),
        };
        let reply = answer(VERB, self.client.configure(request).await)?;
        contract::capabilities(&self.accepts, &reply).map_err(broken(VERB))
    }

    /// Checks inputs. Without `preview` the answer may hold no unknowns.
    ///
    /// # Errors
    ///
    /// When the provider refuses, or breaks the protocol.
    pub async fn check(
        &mut self,
        of: &Target,
        olds: Option<&PropertyMap>,
        news: &PropertyMap,
        seed: &[u8],
        preview: bool,
    ) -> Call<Checked> {
        const VERB: &str = "Check";
        let request = proto::CheckRequest {
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            // A new resource has olds without properties, never none at all.
            olds: Some(self.struct_of(olds.unwrap_or(&PropertyMap::new()))?),
            news: Some(self.struct_of(news)?),
            random_seed: seed.to_vec(),
            autonaming: None,
        };
        let reply = answer(VERB, self.client.check(request).await)?;
        let mut inputs = contract::decoded(reply.inputs, preview)
            .map_err(broken(VERB))?
            .unwrap_or_default();
        self.mark(&mut inputs, news);
        Ok(Checked {
            inputs,
            failures: reply.failures,
        })
    }

    /// Asks what new inputs would change.
    ///
    /// # Errors
    ///
    /// When the provider refuses, or contradicts itself.
    pub async fn diff(
        &mut self,
        of: &Target,
        old: &Live,
        news: &PropertyMap,
        ignored: &[String],
    ) -> Call<DiffResponse> {
        const VERB: &str = "Diff";
        let request = proto::DiffRequest {
            id: old.id.clone(),
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            olds: Some(self.struct_of(&old.outputs)?),
            old_inputs: Some(self.struct_of(&old.inputs)?),
            news: Some(self.struct_of(news)?),
            ignore_changes: ignored.to_vec(),
        };
        let reply = answer(VERB, self.client.diff(request).await)?;
        contract::diff(&reply).map_err(broken(VERB))?;
        Ok(reply)
    }

    /// Creates a resource, or in a preview only asks for its state. The id of a preview is empty.
    ///
    /// # Errors
    ///
    /// When the provider refuses, creates only a part, or breaks the protocol.
    pub async fn create(&mut self, of: &Target, inputs: &PropertyMap, preview: bool) -> Call<Live> {
        const VERB: &str = "Create";
        let request = proto::CreateRequest {
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            properties: Some(self.struct_of(inputs)?),
            preview,
            ..Default::default()
        };
        let reply = answer_with_state(VERB, self.client.create(request).await)?;
        if reply.id.is_empty() && !preview {
            return Err(broken(VERB)(Violation::EmptyId));
        }
        let mut outputs = contract::decoded(reply.properties, preview)
            .map_err(broken(VERB))?
            .unwrap_or_default();
        self.mark(&mut outputs, inputs);
        Ok(Live {
            id: reply.id,
            inputs: inputs.clone(),
            outputs,
        })
    }

    /// Reads a resource. In a refresh and in a `get`, `known` holds what the engine remembers; in an import nothing. Nothing comes back
    /// if there is no such resource.
    ///
    /// # Errors
    ///
    /// When the provider refuses, finds a part only, or breaks the protocol.
    pub async fn read(
        &mut self,
        of: &Target,
        id: &str,
        known: Option<(&PropertyMap, &PropertyMap)>,
    ) -> Call<Option<Live>> {
        const VERB: &str = "Read";
        let request = proto::ReadRequest {
            id: id.to_owned(),
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            inputs: known.map(|(inputs, _)| self.struct_of(inputs)).transpose()?,
            properties: known.map(|(_, outputs)| self.struct_of(outputs)).transpose()?,
            ..Default::default()
        };
        let reply = answer_with_state(VERB, self.client.read(request).await)?;
        let outputs = contract::decoded(reply.properties, false).map_err(broken(VERB))?;
        let inputs = contract::decoded(reply.inputs, false).map_err(broken(VERB))?;
        if reply.id.is_empty() {
            // The engine tells a missing resource by the absent state when it imports, and by the empty id when it refreshes.
            return match outputs {
                None => Ok(None),
                Some(_) => Err(broken(VERB)(Violation::Ghost)),
            };
        }
        let mut outputs = outputs.ok_or_else(|| broken(VERB)(Violation::NoState))?;
        let mut inputs = match (inputs, known) {
            (Some(inputs), _) => inputs,
            (None, Some((inputs, _))) => inputs.clone(),
            (None, None) => return Err(broken(VERB)(Violation::NotImportable)),
        };
        if let Some((old_inputs, old_outputs)) = known {
            self.mark(&mut inputs, old_inputs);
            self.mark(&mut outputs, old_outputs);
        }
        Ok(Some(Live {
            id: reply.id,
            inputs,
            outputs,
        }))
    }

    /// Updates a resource in place, or in a preview only asks for its state.
    ///
    /// # Errors
    ///
    /// When the provider refuses, does only a part, or breaks the protocol.
    pub async fn update(
        &mut self,
        of: &Target,
        old: &Live,
        news: &PropertyMap,
        ignored: &[String],
        preview: bool,
    ) -> Call<Live> {
        const VERB: &str = "Update";
        let request = proto::UpdateRequest {
            id: old.id.clone(),
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            olds: Some(self.struct_of(&old.outputs)?),
            old_inputs: Some(self.struct_of(&old.inputs)?),
            news: Some(self.struct_of(news)?),
            ignore_changes: ignored.to_vec(),
            preview,
            ..Default::default()
        };
        let reply = answer_with_state(VERB, self.client.update(request).await)?;
        let mut outputs = contract::decoded(reply.properties, preview)
            .map_err(broken(VERB))?
            .unwrap_or_default();
        self.mark(&mut outputs, news);
        Ok(Live {
            id: old.id.clone(),
            inputs: news.clone(),
            outputs,
        })
    }

    /// Deletes a resource.
    ///
    /// # Errors
    ///
    /// When the provider refuses; the resource then still exists.
    pub async fn delete(&mut self, of: &Target, old: &Live) -> Call<()> {
        let request = proto::DeleteRequest {
            id: old.id.clone(),
            urn: of.urn.as_str().to_owned(),
            name: of.name.clone(),
            r#type: of.token.clone(),
            properties: Some(self.struct_of(&old.outputs)?),
            old_inputs: Some(self.struct_of(&old.inputs)?),
            ..Default::default()
        };
        answer("Delete", self.client.delete(request).await)
    }

    /// Asks all running calls to end; the engine also does so at the end of each run.
    ///
    /// # Errors
    ///
    /// When the provider refuses.
    pub async fn cancel(&mut self) -> Call<()> {
        answer("Cancel", self.client.cancel(()).await)
    }

    fn struct_of(&self, properties: &PropertyMap) -> Call<Struct> {
        Ok(Struct::encode_properties(&as_accepted(
            properties,
            &self.accepts,
        ))?)
    }

    /// Marks what the provider could not mark because it was never told.
    fn mark(&self, outputs: &mut PropertyMap, inputs: &PropertyMap) {
        if !self.accepts.accept_secrets {
            annotate_secrets(outputs, inputs);
        }
    }
}

fn unmarked(properties: &PropertyMap) -> Call<Struct> {
    let nothing = proto::ProviderHandshakeResponse::default();
    Ok(Struct::encode_properties(&as_accepted(properties, &nothing))?)
}

fn broken(verb: &'static str) -> impl Fn(Violation) -> CallError {
    move |violation| CallError::Broken { verb, violation }
}

fn answer<T>(verb: &'static str, reply: Result<Response<T>, Status>) -> Call<T> {
    reply
        .map(Response::into_inner)
        .map_err(|status| CallError::Refused {
            verb,
            status: Box::new(status),
        })
}

/// The answer of a verb whose error may hold the state of what exists.
fn answer_with_state<T>(verb: &'static str, reply: Result<Response<T>, Status>) -> Call<T> {
    let status = match reply {
        Ok(reply) => return Ok(reply.into_inner()),
        Err(status) => status,
    };
    let Some(detail) = init_failed(&status) else {
        return Err(CallError::Refused {
            verb,
            status: Box::new(status),
        });
    };
    if detail.id.is_empty() {
        return Err(broken(verb)(Violation::EmptyId));
    }
    let properties = |raw| contract::decoded(raw, false).map_err(broken(verb));
    Err(CallError::Incomplete {
        verb,
        live: Box::new(Live {
            id: detail.id,
            inputs: properties(detail.inputs)?.unwrap_or_default(),
            outputs: properties(detail.properties)?.unwrap_or_default(),
        }),
        reasons: detail.reasons,
    })
}

/// The detail that says what exists although a verb failed.
pub fn init_failed(status: &Status) -> Option<ErrorResourceInitFailed> {
    detail(status, "ErrorResourceInitFailed")
}

/// The detail of this name in the trailer of an error, as the engine looks for it.
pub fn detail<T: prost::Message + Default>(status: &Status, name: &str) -> Option<T> {
    let embedded = google_rpc::Status::decode(status.details()).ok()?;
    let type_url = format!("type.googleapis.com/pulumirpc.{name}");
    let detail = embedded
        .details
        .iter()
        .find(|detail| detail.type_url == type_url)?;
    T::decode(detail.value.as_slice()).ok()
}

impl From<CallError> for KitError {
    fn from(error: CallError) -> Self {
        KitError::Call(Box::new(error))
    }
}
