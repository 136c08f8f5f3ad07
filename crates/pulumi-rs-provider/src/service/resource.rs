//! The verbs of resources.

use std::sync::Arc;

use tonic::Status;

use super::Service;
use super::decode::{Subject, autonaming, optional, patterns, required};
use crate::author::Configuration;
use crate::by_schema::{complete, mark_secrets, settle};
use crate::proto;
use crate::value::{PropertyMap, PropertyValue};
use crate::verbs::{
    CheckRequest, CreateReply, CreateRequest, DeleteRequest, DiffRequest, Live, PreviewRequest, ReadReply,
    ReadRequest, UpdateReply, UpdateRequest,
};
use crate::wire::Struct;

/// Runs a verb of a resource: the task owns all that the verb borrows.
macro_rules! run_verb {
    ($prepared:ident, $verb:ident, $request:expr) => {{
        let resource = Arc::clone(&$prepared.resource);
        let configured = Arc::clone(&$prepared.configured);
        let context = $prepared.call.context.clone();
        let request = $request;
        $prepared
            .call
            .run(async move { resource.$verb(&configured.value, request, &context).await })
            .await
    }};
}

impl<G: Configuration> Service<G> {
    pub(super) async fn check_resource(
        &self,
        request: proto::CheckRequest,
    ) -> Result<proto::CheckResponse, Status> {
        let old_inputs = optional(request.olds)?;
        let new_inputs = required(request.news)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets: Vec<_> = old_inputs.iter().chain([&new_inputs]).collect();
        let prepared = self.resource_call("check", subject, 0.0, &secrets)?;
        let check = CheckRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            old_inputs,
            new_inputs,
            random_seed: request.random_seed,
            autonaming: request.autonaming.map(autonaming).transpose()?,
            schema: Arc::clone(&prepared.shape),
        };
        let reply = run_verb!(prepared, check, check)?;
        prepared.call.replies.check(reply)
    }

    pub(super) async fn diff_resource(
        &self,
        request: proto::DiffRequest,
    ) -> Result<proto::DiffResponse, Status> {
        let old_inputs = required(request.old_inputs)?;
        let old_state = required(request.olds)?;
        let new_inputs = required(request.news)?;
        let ignore_changes = patterns(&request.ignore_changes)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("diff", subject, 0.0, &[&old_inputs, &old_state, &new_inputs])?;
        let ignored = ignore_changes.clone();
        let diff = DiffRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            old_inputs,
            old_state,
            new_inputs,
            ignore_changes,
            schema: Arc::clone(&prepared.shape),
        };
        let diff = run_verb!(prepared, diff, diff)?;
        prepared.call.replies.diff(diff, &ignored)
    }

    pub(super) async fn create_resource(
        &self,
        request: proto::CreateRequest,
    ) -> Result<proto::CreateResponse, Status> {
        let inputs = required(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        if request.preview {
            let properties = self
                .preview_resource("preview of create", subject, inputs, None)
                .await?;
            return Ok(proto::CreateResponse {
                properties: Some(properties),
                ..proto::CreateResponse::default()
            });
        }
        let prepared = self.resource_call("create", subject, request.timeout, &[&inputs])?;
        let secret_inputs = secret_ones(&inputs);
        let create = CreateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            inputs,
        };
        let mut reply = run_verb!(prepared, create, create)?;
        let (CreateReply::Created { state, .. } | CreateReply::Partial { state, .. }) = &mut reply;
        mark_secrets(&prepared.shape, &secret_inputs, None, state);
        prepared.call.replies.create(reply)
    }

    async fn preview_resource(
        &self,
        verb: &'static str,
        subject: Subject,
        inputs: PropertyMap,
        old: Option<Live>,
    ) -> Result<Struct, Status> {
        let live = old.iter().flat_map(|live| [&live.inputs, &live.state]);
        let properties: Vec<_> = live.chain([&inputs]).collect();
        let prepared = self.resource_call(verb, subject, 0.0, &properties)?;
        let secret_inputs = secret_ones(&inputs);
        let secret_state = old.as_ref().map(|live| computed_secrets(&live.state, &inputs));
        let preview = PreviewRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            inputs,
            old,
            schema: Arc::clone(&prepared.shape),
        };
        let mut reply = run_verb!(prepared, preview, preview)?;
        mark_secrets(
            &prepared.shape,
            &secret_inputs,
            secret_state.as_ref(),
            &mut reply.state,
        );
        prepared.call.replies.preview(&reply)
    }

    pub(super) async fn read_resource(
        &self,
        request: proto::ReadRequest,
    ) -> Result<proto::ReadResponse, Status> {
        let mut inputs = optional(request.inputs)?;
        let mut state = optional(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets: Vec<_> = inputs.iter().chain(&state).collect();
        let prepared = self.resource_call("read", subject, request.timeout, &secrets)?;
        let (recorded, secret_state) = (inputs.clone(), state.as_ref().map(secret_ones));
        // A program that knows nothing of the resource but its id sends empty properties.
        if let Some(inputs) = inputs.as_mut().filter(|inputs| !inputs.is_empty()) {
            complete(&prepared.shape, &prepared.shape.inputs, inputs);
        }
        if let Some(state) = state.as_mut().filter(|state| !state.is_empty()) {
            complete(&prepared.shape, &prepared.shape.outputs, state);
        }
        let read = ReadRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            inputs,
            state,
        };
        let mut reply = run_verb!(prepared, read, read)?;
        if let ReadReply::Found { inputs, state, .. } | ReadReply::Partial { inputs, state, .. } = &mut reply
        {
            *inputs = settle(&prepared.shape, recorded.as_ref(), std::mem::take(inputs));
            mark_secrets(&prepared.shape, inputs, secret_state.as_ref(), state);
        }
        prepared.call.replies.read(reply)
    }

    pub(super) async fn update_resource(
        &self,
        request: proto::UpdateRequest,
    ) -> Result<proto::UpdateResponse, Status> {
        let mut old_inputs = required(request.old_inputs)?;
        let mut old_state = required(request.olds)?;
        let new_inputs = required(request.news)?;
        let ignore_changes = patterns(&request.ignore_changes)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        if request.preview {
            let old = Live {
                id: request.id,
                inputs: old_inputs,
                state: old_state,
                ignore_changes,
            };
            let preview = self.preview_resource("preview of update", subject, new_inputs, Some(old));
            return Ok(proto::UpdateResponse {
                properties: Some(preview.await?),
                refresh_before_update: false,
            });
        }
        let secrets = [&old_inputs, &old_state, &new_inputs];
        let prepared = self.resource_call("update", subject, request.timeout, &secrets)?;
        let secret_inputs = secret_ones(&new_inputs);
        let secret_state = computed_secrets(&old_state, &new_inputs);
        complete(&prepared.shape, &prepared.shape.inputs, &mut old_inputs);
        complete(&prepared.shape, &prepared.shape.outputs, &mut old_state);
        let update = UpdateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id.clone(),
            old_inputs,
            old_state,
            new_inputs,
            ignore_changes,
        };
        let mut reply = run_verb!(prepared, update, update)?;
        let (UpdateReply::Updated { state } | UpdateReply::Partial { state, .. }) = &mut reply;
        mark_secrets(&prepared.shape, &secret_inputs, Some(&secret_state), state);
        prepared.call.replies.update(request.id, reply)
    }

    pub(super) async fn delete_resource(&self, request: proto::DeleteRequest) -> Result<(), Status> {
        let mut inputs = required(request.old_inputs)?;
        let mut state = required(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("delete", subject, request.timeout, &[&inputs, &state])?;
        complete(&prepared.shape, &prepared.shape.inputs, &mut inputs);
        complete(&prepared.shape, &prepared.shape.outputs, &mut state);
        let delete = DeleteRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            inputs,
            state,
        };
        run_verb!(prepared, delete, delete)
    }
}

/// The properties that are or hold a secret; most resources have few.
fn secret_ones(properties: &PropertyMap) -> PropertyMap {
    let secret = properties
        .iter()
        .filter(|(_, value)| PropertyValue::contains_secret(value));
    secret.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The secrets of a state that come from no input. An input that is no secret any more makes no secret output.
fn computed_secrets(state: &PropertyMap, inputs: &PropertyMap) -> PropertyMap {
    let mut secrets = secret_ones(state);
    secrets.retain(|key, _| !inputs.contains_key(key));
    secrets
}
