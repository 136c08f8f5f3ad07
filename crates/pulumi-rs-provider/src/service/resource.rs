//! The verbs of resources.

use std::sync::Arc;

use tonic::Status;

use super::Service;
use super::decode::{Subject, autonaming, optional, patterns, required};
use crate::proto;
use crate::provider::Configuration;
use crate::verbs::{CheckRequest, CreateRequest, DeleteRequest, DiffRequest, ReadRequest, UpdateRequest};

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
        let prepared = self.resource_call("create", subject, request.timeout, &[&inputs])?;
        let create = CreateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            inputs,
            preview: request.preview,
        };
        let reply = run_verb!(prepared, create, create)?;
        prepared.call.replies.create(reply, request.preview)
    }

    pub(super) async fn read_resource(
        &self,
        request: proto::ReadRequest,
    ) -> Result<proto::ReadResponse, Status> {
        let inputs = optional(request.inputs)?;
        let state = optional(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets: Vec<_> = inputs.iter().chain(&state).collect();
        let prepared = self.resource_call("read", subject, request.timeout, &secrets)?;
        let read = ReadRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            inputs,
            state,
        };
        let reply = run_verb!(prepared, read, read)?;
        prepared.call.replies.read(reply)
    }

    pub(super) async fn update_resource(
        &self,
        request: proto::UpdateRequest,
    ) -> Result<proto::UpdateResponse, Status> {
        let old_inputs = required(request.old_inputs)?;
        let old_state = required(request.olds)?;
        let new_inputs = required(request.news)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets = [&old_inputs, &old_state, &new_inputs];
        let prepared = self.resource_call("update", subject, request.timeout, &secrets)?;
        let update = UpdateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id.clone(),
            old_inputs,
            old_state,
            new_inputs,
            ignore_changes: patterns(&request.ignore_changes)?,
            preview: request.preview,
        };
        let reply = run_verb!(prepared, update, update)?;
        prepared.call.replies.update(request.id, reply, request.preview)
    }

    pub(super) async fn delete_resource(&self, request: proto::DeleteRequest) -> Result<(), Status> {
        let inputs = required(request.old_inputs)?;
        let state = required(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("delete", subject, request.timeout, &[&inputs, &state])?;
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
